/** While the form is with the patient and the witness: their window, what they wrote, what they allowed, fingerprint and photo. */
import { App, Button } from 'antd';
import { CheckOutlined, CloseOutlined, DesktopOutlined, EditOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { ConsentView, Writer } from '#shared/consent.ts';
import { Notice } from '../../components/Notice.tsx';
import { dateTime } from '../../format/time.ts';
import { hidePatient, showPatient, useConsent } from '../../state/consent.ts';
import { ask, useDesk } from '../../state/store.ts';
import { onPaper, type Asking } from './complete.ts';
import { Fingerprint } from './Fingerprint.tsx';
import { Photo } from './Photo.tsx';

export interface TakingProps {
  readonly view: ConsentView;
  readonly onAsk: (what: Exclude<Asking, null>) => void;
}

/** What one writer has written so far, as it is kept on the disk. */
function Written({ view, writer }: { view: ConsentView; writer: Writer }) {
  const { t } = useTranslation();
  const ink = view.ink[writer];
  const name = writer === 'patient' ? (view.signer?.name ?? '') : (view.witness?.name ?? '');
  return (
    <div className="written" data-writer={writer} data-strokes={ink.strokes} data-confirmed={ink.confirmed}>
      <div className="line">
        <b>{name}</b>
        <span className="muted">
          {writer === 'witness' ? t('consent.witness') : t(`consent.roles.${view.signer?.role ?? 'self'}`)}
        </span>
        <span className="spring" />
        {ink.confirmed && (
          <span className="tag jade">
            <CheckOutlined /> {t('consent.confirmed')}
          </span>
        )}
      </div>
      <div className="ink-picture">
        {ink.pictureUrl === null ? (
          <span className="faint">
            <EditOutlined /> {t('consent.notYet')}
          </span>
        ) : (
          <img src={ink.pictureUrl} alt={t('consent.signature', { name })} />
        )}
      </div>
      {ink.strokes > 0 && !ink.confirmed && (
        <div className="small muted" role="status">
          {t('consent.strokes', { n: ink.strokes })}
        </div>
      )}
    </div>
  );
}

function Screen({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const busy = useConsent((s) => s.busy);
  const { open, second } = view.display;
  const next: Writer | null =
    view.declined != null || onPaper(view)
      ? null
      : !view.ink.patient.confirmed
        ? 'patient'
        : view.witness !== null && !view.ink.witness.confirmed
          ? 'witness'
          : null;
  return (
    <div className="section patient-screen" data-open={open} data-second={second}>
      <div className="line">
        <DesktopOutlined className={open ? 'on' : 'off'} />
        <span className="grow">
          {t('consent.screen')}{' '}
          <span className="muted">{t(`consent.open.${open ? (second ? 'second' : 'same') : 'closed'}`)}</span>
        </span>
        {/* With the window open after the patient's signature, the witness is the next; before that it shows the patient's page already. */}
        {open && next === 'witness' && view.ink.witness.strokes === 0 && (
          <Button
            type="primary"
            ghost
            loading={busy === 'showPatient'}
            data-show="witness"
            onClick={() => void showPatient('witness')}
          >
            {t('consent.showWitness')}
          </Button>
        )}
        {open ? (
          <Button loading={busy === 'hidePatient'} data-hide="" onClick={() => void hidePatient()}>
            {t('consent.hide')}
          </Button>
        ) : (
          next !== null && (
            <Button
              type="primary"
              ghost
              loading={busy === 'showPatient'}
              data-show={next}
              onClick={() => void showPatient(next)}
            >
              {t(next === 'patient' ? 'consent.showPatient' : 'consent.showWitness')}
            </Button>
          )
        )}
      </div>
      {!open && !second && next !== null && <p className="small muted">{t('consent.noSecond')}</p>}
    </div>
  );
}

function Allowed({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const { allowed, template } = view;
  const items = (['handwriting', 'fingerprint', 'photo'] as const).filter(
    (i) => i === 'handwriting' || template[i] !== 'none',
  );
  return (
    <div className="section" data-allowed={allowed !== null}>
      <h3>{t('consent.allowed')}</h3>
      {allowed === null ? (
        <p className="small muted">{t('consent.notAsked')}</p>
      ) : (
        <>
          <p className="answers">
            {items.map((i) => (
              <span key={i} className={`tag ${allowed[i] ? 'jade' : 'amber'}`} data-answer={`${i} ${allowed[i]}`}>
                {t(`consent.items.${i}`)} {allowed[i] ? <CheckOutlined /> : <CloseOutlined />}{' '}
                {t(allowed[i] ? 'consent.yes' : 'consent.no')}
              </span>
            ))}
          </p>
          <p className="small muted">{t('consent.allowedAt', { at: dateTime(allowed.at) })}</p>
        </>
      )}
    </div>
  );
}

/** A refusal ends the electronic way, never the patient's: the same form goes on paper. */
function OnPaper({ view, onAsk }: TakingProps) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const save = async () => {
    if (view.document === null) return;
    const r = await ask('documents:saveAs', { handle: view.document.handle });
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value.path !== null) notification.success({ title: t('consent.saved', { path: r.value.path }) });
  };
  return (
    <div className="section" data-paper="">
      <Notice tone="amber" title={t('consent.paperTitle')}>
        {t('consent.paperText')}
        <div className="buttons after">
          <Button data-paper-save="" onClick={() => void save()}>
            {t('consent.paperSave')}
          </Button>
          <Button onClick={() => onAsk('abandon')}>{t('consent.abandon')}</Button>
        </div>
      </Notice>
    </div>
  );
}

function Declined({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const d = view.declined;
  if (d == null) return null;
  const at = dateTime(d.at);
  return (
    <div className="section" data-declined={d.writer}>
      <Notice tone="amber" title={t('consent.declinedTitle', { who: t(`consent.sides.${d.writer}`) })}>
        {d.reason === '' ? t('consent.declinedNoWhy', { at }) : t('consent.declinedWhy', { reason: d.reason, at })}{' '}
        {t('consent.declinedNext')}
      </Notice>
    </div>
  );
}

export function Taking({ view, onAsk }: TakingProps) {
  const paper = onPaper(view);
  return (
    <>
      <Declined view={view} />
      {paper && <OnPaper view={view} onAsk={onAsk} />}
      <Screen view={view} />
      <div className="section">
        <Written view={view} writer="patient" />
        {view.witness !== null && <Written view={view} writer="witness" />}
      </div>
      <Allowed view={view} />
      {view.template.fingerprint !== 'none' && <Fingerprint view={view} />}
      {view.template.photo !== 'none' && <Photo view={view} />}
    </>
  );
}
