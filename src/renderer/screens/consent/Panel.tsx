/** The act of a consent form: whose it is, how far it is, what is missing, and the buttons always in the same place. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ConsentView } from '#shared/consent.ts';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { closeConsent, saveDraft, useConsent } from '../../state/consent.ts';
import { useDesk } from '../../state/store.ts';
import { canFinish, isFilling, remaining, type Asking, type Lack } from './complete.ts';
import { FinishSteps } from './FinishSteps.tsx';
import { Result } from './Result.tsx';
import { Taking } from './Taking.tsx';
import { Way } from './Way.tsx';

export interface PanelProps {
  readonly view: ConsentView;
  readonly missing: readonly Lack[];
  readonly onHandOver: () => void;
  readonly onAsk: (what: Exclude<Asking, null>) => void;
}

function Strip({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const p = view.patient;
  return (
    <div className="strip">
      <div className="name">
        {p.name}
        <small>
          {t(`review.${p.sex}`)} · {t('review.age', { n: p.age })} · {t('consent.bed', { n: p.bed })}
        </small>
      </div>
      <div className="id">
        {t('review.admission', { n: p.admissionNumber })} · {view.template.title}
      </div>
    </div>
  );
}

function Missing({ missing }: { missing: readonly Lack[] }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const word = (l: Lack): string =>
    l.kind === 'blank'
      ? l.label[language]
      : l.kind === 'date'
        ? t('consent.lacks.date', { label: l.label[language] })
        : t(`consent.lacks.${l.kind}`);
  return (
    <div className="section" role="status" data-missing={missing.length}>
      {missing.length === 0 ? (
        <p className="small muted">{t('consent.presentHint')}</p>
      ) : (
        <p className="small">{t('consent.missing', { what: missing.map(word).join(t('common.comma')) })}</p>
      )}
    </div>
  );
}

function Saved() {
  const { t } = useTranslation();
  const saving = useConsent((s) => s.saving);
  return (
    <div className={`saving ${saving}`} data-saving={saving} role="status">
      {t(`consent.saving.${saving}`)}
      {saving === 'failed' && (
        <Button size="small" onClick={() => void saveDraft()}>
          {t('consent.saveNow')}
        </Button>
      )}
    </div>
  );
}

export function Panel({ view, missing, onHandOver, onAsk }: PanelProps) {
  const { t } = useTranslation();
  const error = useConsent((s) => s.error);
  const busy = useConsent((s) => s.busy);
  const filling = isFilling(view);
  const working = view.stage === 'finishing' || busy === 'finish' || busy === 'complete';
  const over = view.stage === 'done' || view.stage === 'abandoned' || view.stage === 'queued';
  const left = remaining(view);
  const told = error ?? view.error;
  // The act is recorded as one without a network when it is finished; whoever fills the form in is told before.
  const down = useDesk((s) => s.health?.backend.state === 'down');
  return (
    <aside className="act">
      <Strip view={view} />
      <Way view={view} />
      <div className="flow" tabIndex={0} role="region" aria-label={t('consent.way')}>
        {told !== null && (
          <div className="section">
            <ErrorNotice error={told} />
          </div>
        )}
        {(view.offline || down) && !over && (
          <div className="section" data-offline="">
            <Notice tone="amber" title={t('consent.offlineTitle')}>
              {t('consent.offlineText')}
            </Notice>
          </div>
        )}
        {working && <FinishSteps view={view} />}
        {filling && <Missing missing={missing} />}
        {!filling && !over && !working && <Taking view={view} onAsk={onAsk} />}
        {over && <Result view={view} />}
      </div>
      <div className="go">
        {filling && <Saved />}
        {!filling && !over && !working && (
          <p className="small muted" role="status" data-remaining={left.join(' ')}>
            {left.length === 0
              ? t('consent.ready')
              : t('consent.waitsFor', {
                  what: left.map((l) => t(`consent.remaining.${l}`)).join(t('common.comma')),
                })}
          </p>
        )}
        <div className="buttons">
          {!over && (
            <Button size="large" disabled={working} data-abandon="" onClick={() => onAsk('abandon')}>
              {t('consent.abandon')}
            </Button>
          )}
          {over && (
            <Button size="large" onClick={() => void closeConsent()}>
              {t('consent.back')}
            </Button>
          )}
          {!filling && !over && (
            <Button
              size="large"
              disabled={working}
              loading={busy === 'reopen'}
              data-reopen=""
              onClick={() => onAsk('reopen')}
            >
              {t('consent.reopen')}
            </Button>
          )}
          {filling && (
            <Button
              type="primary"
              size="large"
              data-present=""
              disabled={missing.length > 0}
              loading={busy === 'present' || busy === 'showPatient'}
              onClick={onHandOver}
            >
              {t('consent.present')}
              <kbd>Ctrl + Enter</kbd>
            </Button>
          )}
          {!filling && !over && (
            <Button
              type="primary"
              size="large"
              data-finish=""
              disabled={!canFinish(view)}
              loading={working}
              onClick={() => onAsk('pin')}
            >
              {t('consent.finish')}
              <kbd>Ctrl + Enter</kbd>
            </Button>
          )}
          {view.stage === 'queued' && (
            <Button
              type="primary"
              size="large"
              data-complete-one=""
              disabled={down}
              loading={working}
              onClick={() => onAsk('complete')}
            >
              {t('consent.completeOne')}
            </Button>
          )}
        </div>
      </div>
    </aside>
  );
}
