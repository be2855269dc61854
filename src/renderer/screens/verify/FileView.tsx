/** One judged file: its pages with the places of signatures and changes at the left, its report at the right. */
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeReportView, Placement } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { toPixels } from '../../format/placement.ts';
import { Viewer } from '../../pdf/Viewer.tsx';
import { ask, type Checked } from '../../state/store.ts';
import { Compare } from './compare/Compare.tsx';
import type { Source } from './compare/useComparison.ts';
import { isLocked } from './Password.tsx';
import { ReportPanel } from './ReportPanel.tsx';

const box = (p: Placement, scale: number) => ({
  left: toPixels(p.x, scale),
  top: toPixels(p.y, scale),
  width: toPixels(p.width, scale),
  height: toPixels(p.height, scale),
});

const same = (a: Placement, b: Placement): boolean =>
  a.page === b.page && a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;

/**
 * Places of what was changed and should not have been, each once. A page that only looks different because someone else signed it, as
 * was allowed, bears no mark.
 */
function changedPlaces({ report }: Checked): { place: Placement; change: ChangeReportView | undefined }[] {
  const wrong = report.signatures.flatMap((s) => s.changesAfter.filter((c) => !c.allowed));
  const suspect = (page: number) => wrong.some((c) => c.page === undefined || c.page === page);
  const all = [
    ...wrong.flatMap((change) => (change.place === undefined ? [] : [{ place: change.place, change }])),
    ...report.changedPages
      .filter((p) => suspect(p.page))
      .flatMap((p) => p.places.map((place) => ({ place, change: undefined }))),
  ];
  return all.filter((x, i) => all.findIndex((y) => same(x.place, y.place)) === i);
}

/** The file as one of its revisions had it. */
const revisionOf = (handle: string, revision: number): Source => ({
  key: `${handle}/${revision}`,
  url: async () => {
    const r = await ask('verify:revision', { handle, revision });
    if (!r.ok) throw new Error(r.error.code);
    return r.value.url;
  },
});

export interface FileViewProps {
  readonly file: Checked;
  readonly title: ReactNode;
  readonly side?: ReactNode;
  /** Above the report. */
  readonly notice?: ReactNode;
}

export function FileView({ file, title, side, notice }: FileViewProps) {
  const { t } = useTranslation();
  const { document, report, password } = file;
  const [current, setCurrent] = useState<number | null>(null);
  const [seen, setSeen] = useState<ChangeReportView | null>(null);
  const [reveal, setReveal] = useState<{ page: number; y: number } | null>(null);
  const [comparing, setComparing] = useState(false);
  const marks = changedPlaces(file);
  const locked = isLocked(report);
  const see = (change: ChangeReportView) => {
    setComparing(false);
    setSeen(change);
    setReveal({ page: change.page ?? 1, y: change.place?.y ?? 0 });
  };
  return (
    <>
      {comparing ? (
        <Compare
          source={(n) => revisionOf(document.handle, n)}
          pages={report.changedPages}
          password={password}
          onClose={() => setComparing(false)}
        />
      ) : locked ? (
        <section className="pages">
          <div className="tools">
            <span className="title">{title}</span>
          </div>
          <div className="viewer">
            {side}
            <Empty title={t('verify.locked')} />
          </div>
        </section>
      ) : (
        <Viewer
          key={document.url}
          url={document.url}
          password={password}
          title={title}
          side={side}
          reveal={reveal}
          overlay={(page, scale) => (
            <>
              {report.signatures.map(
                (s) =>
                  s.placement?.page === page &&
                  s.index === current && (
                    <div key={s.index} className={`place ${s.verdict}`} style={box(s.placement, scale)} />
                  ),
              )}
              {marks.map(
                ({ place, change }, i) =>
                  place.page === page && (
                    <div
                      key={`c${i}`}
                      className="change-mark"
                      data-change-mark={change?.code ?? ''}
                      data-current={change !== undefined && change === seen}
                      style={box(place, scale)}
                    />
                  ),
              )}
            </>
          )}
        />
      )}
      <div className="act-column">
        {notice}
        <ReportPanel
          report={report}
          handle={document.handle}
          name={document.name}
          current={current}
          onCurrent={setCurrent}
          onSee={see}
          comparing={comparing}
          onCompare={() => setComparing(!comparing)}
        />
      </div>
    </>
  );
}
