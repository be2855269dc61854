/** What came after a signature, by kind; old and new where they can be shown, and the way to the place on the page. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ChangeReportView } from '#shared/models.ts';
import { useDesk } from '../../state/store.ts';

/** Changes of one kind, in the order in which kinds first appear. */
export function byKind(changes: readonly ChangeReportView[]): [ChangeReportView['kind'], ChangeReportView[]][] {
  const groups = new Map<ChangeReportView['kind'], ChangeReportView[]>();
  for (const c of changes) groups.set(c.kind, [...(groups.get(c.kind) ?? []), c]);
  return [...groups];
}

export interface ChangesProps {
  readonly changes: readonly ChangeReportView[];
  readonly title: string;
  readonly onSee?: (change: ChangeReportView) => void;
}

export function Changes({ changes, title, onSee }: ChangesProps) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  if (changes.length === 0) return null;
  return (
    <div className="changes" role="group" aria-label={title}>
      {byKind(changes).map(([kind, all]) => (
        <section key={kind} data-change-kind={kind} data-allowed={all[0]?.allowed}>
          <h4>
            {t(`verify.kinds.${kind}`)} {all.length > 1 && <span className="faint">{all.length}</span>}
          </h4>
          {all.map((c, i) => (
            <div className="change-line" key={i} data-change={c.code}>
              <span className={c.allowed ? '' : 'bad'}>{c[language]}</span>
              {(c.before !== undefined || c.after !== undefined) && (
                <span className="old-new">
                  {c.before !== undefined && (
                    <del>
                      <span className="visually-hidden">{t('verify.changedFrom')} </span>
                      {c.before}
                    </del>
                  )}
                  <span aria-hidden="true"> → </span>
                  {c.after !== undefined && (
                    <ins>
                      <span className="visually-hidden">{t('verify.changedTo')} </span>
                      {c.after}
                    </ins>
                  )}
                </span>
              )}
              <span className="faint">
                {[
                  c.page === undefined ? '' : t('pdf.goTo', { page: c.page }),
                  t('verify.revisionOf', { n: c.revision }),
                  c.code,
                ]
                  .filter((x) => x !== '')
                  .join(' · ')}
              </span>
              {onSee !== undefined && c.page !== undefined && (
                <Button type="link" size="small" className="see" onClick={() => onSee(c)}>
                  {t('verify.see')}
                </Button>
              )}
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
