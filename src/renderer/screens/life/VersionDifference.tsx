/** What a superior changed: words put in and taken out, told by sign and line and not by colour alone; or the pages side by side. */
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, Checkbox, Radio } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { VersionDifference as Difference } from '#shared/life.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { dateTime } from '../../format/time.ts';
import { openDocument } from '../../pdf/open.ts';
import { showPictures, stopComparing, type Comparing, type Looking } from '../../state/life.ts';
import { Compare, type ComparedPage } from '../verify/compare/Compare.tsx';

type Sections = Difference['sections'];
const changes = (s: Sections[number]): number => s.parts.filter((p) => p.kind !== 'same').length;

function Part({ kind, text }: Sections[number]['parts'][number]) {
  const { t } = useTranslation();
  if (kind === 'same') return <span>{text}</span>;
  const Tag = kind === 'added' ? 'ins' : 'del';
  return (
    <Tag>
      <i className="sign" aria-hidden="true">
        {kind === 'added' ? '＋' : '－'}
      </i>
      <span className="visually-hidden">{t(`life.${kind}`)} </span>
      {text}
      <span className="visually-hidden"> {t('life.partEnd')} </span>
    </Tag>
  );
}

function TextDifference({ sections, everything }: { sections: Sections; everything: boolean }) {
  const { t } = useTranslation();
  const shown = everything ? sections : sections.filter((s) => changes(s) > 0);
  if (shown.length === 0) return <Empty title={t('life.sameText')} />;
  return (
    <div className="section-differences">
      {shown.map((s) => (
        <section key={s.id} data-section={s.id} data-changes={changes(s)}>
          <h2>
            {s.title}{' '}
            <span className={changes(s) > 0 ? 'tag jade' : 'tag'}>
              {changes(s) > 0 ? t('life.changes', { n: changes(s) }) : t('life.unchanged')}
            </span>
          </h2>
          <p className="parts">
            {s.parts.map((p, i) => (
              <Part key={i} {...p} />
            ))}
          </p>
        </section>
      ))}
    </div>
  );
}

/** Every page that either version has. */
function usePages(difference: Difference): readonly ComparedPage[] | 'failed' | null {
  const [pages, setPages] = useState<readonly ComparedPage[] | 'failed' | null>(null);
  useEffect(() => {
    const { before, after } = difference;
    if (before === null || after === null) return setPages('failed');
    let late = false;
    const tasks = [openDocument(before.url, undefined), openDocument(after.url, undefined)];
    Promise.all(tasks.map((x) => x.promise.then((pdf) => pdf.numPages)))
      .then((counts) => {
        if (late) return;
        const most = Math.max(...counts);
        setPages(Array.from({ length: most }, (_, i) => ({ page: i + 1, before: 0, after: 1 })));
      })
      .catch(() => !late && setPages('failed'))
      .finally(() => tasks.forEach((x) => x.destroy()));
    return () => {
      late = true;
    };
  }, [difference]);
  return pages;
}

function Pictures({ difference, comparing, side }: { difference: Difference; comparing: Comparing; side: ReactNode }) {
  const { t } = useTranslation();
  const pages = usePages(difference);
  if (pages === null || pages === 'failed') {
    return (
      <section className="pages compare">
        <div className="tools">{side}</div>
        <Empty
          title={t(pages === null ? 'compare.loading' : 'life.noPictures')}
          {...(pages === 'failed' && { text: t('life.noPicturesText') })}
        />
      </section>
    );
  }
  const documents = [difference.before, difference.after];
  return (
    <Compare
      pages={pages}
      side={side}
      source={(n) => ({
        key: documents[n]?.handle ?? '',
        url: () => Promise.resolve(documents[n]?.url ?? ''),
      })}
      words={{
        before: t('worklist.nth', { n: comparing.from }),
        after: t('worklist.nth', { n: comparing.to }),
      }}
      onClose={stopComparing}
    />
  );
}

export function VersionDifference({ looking, comparing }: { looking: Looking; comparing: Comparing }) {
  const { t } = useTranslation();
  const [everything, setEverything] = useState(false);
  const { difference, error, pictures } = comparing;
  const total = difference?.sections.reduce((n, s) => n + changes(s), 0) ?? 0;
  const ways = (
    <Radio.Group
      size="small"
      optionType="button"
      aria-label={t('life.way')}
      value={pictures}
      onChange={(e) => showPictures(e.target.value as boolean)}
      options={[
        { value: false, label: t('life.text') },
        { value: true, label: t('life.pictures') },
      ]}
    />
  );
  const title = (
    <>
      <Button type="text" size="small" icon={<ArrowLeftOutlined />} data-back="" onClick={stopComparing}>
        {t('life.back')}
      </Button>{' '}
      <b>{looking.record.patient.name}</b> · {looking.record.title} ·{' '}
      {t('life.versionsCompared', { from: comparing.from, to: comparing.to })}
    </>
  );
  if (difference !== null && pictures) {
    return (
      <div className="version-difference" data-difference="pictures">
        <Pictures difference={difference} comparing={comparing} side={ways} />
      </div>
    );
  }
  return (
    <div
      className="version-difference"
      data-difference={difference === null ? (error === null ? 'loading' : 'failed') : 'text'}
    >
      <section className="pages compare">
        <div className="tools">
          <span className="title">{title}</span>
          <span className="spring" />
          {difference !== null && ways}
        </div>
        <div className="canvas" tabIndex={0} role="region" aria-label={t('life.differences')}>
          {error !== null && (
            <Empty title={t('life.notCompared')}>
              <ErrorNotice error={error} />
            </Empty>
          )}
          {difference === null && error === null && <Empty title={t('compare.loading')} />}
          {difference !== null && (
            <div className="difference-text">
              <div className="heading">
                <span>
                  {t('life.changedBy', { name: difference.by, at: dateTime(difference.at).slice(0, 16), n: total })}
                </span>
                <span className="spring" />
                <span className="legend">
                  <del>
                    <i className="sign">－</i>
                    {t('life.removed')}
                  </del>{' '}
                  <ins>
                    <i className="sign">＋</i>
                    {t('life.added')}
                  </ins>
                </span>
                <Checkbox checked={everything} onChange={(e) => setEverything(e.target.checked)}>
                  {t('life.everything')}
                </Checkbox>
              </div>
              <TextDifference sections={difference.sections} everything={everything} />
            </div>
          )}
        </div>
      </section>
    </div>
  );
}
