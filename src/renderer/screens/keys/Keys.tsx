/** 密钥: driver → reader → key → certificate, with the first broken link named. */
import { App, Button } from 'antd';
import { Dialog } from '../../components/Dialog.tsx';
import { ExperimentOutlined, LockOutlined, ReloadOutlined, UsbOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { DriverView, TokenKeyView, TokenView } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PinField, usePinWords } from '../../components/PinField.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { dateOnly } from '../../format/time.ts';
import { refreshTokens } from '../../state/actions.ts';
import { ask, useDesk } from '../../state/store.ts';

type Task =
  | { readonly kind: 'test'; readonly token: TokenView; readonly key: TokenKeyView }
  | { readonly kind: 'pin'; readonly token: TokenView };

function Chain({ token }: { token: TokenView }) {
  const { t } = useTranslation();
  const key = token.keys.find((k) => k.certificate !== null);
  return (
    <div className="links">
      <span className="link">
        {t('keys.driver')} {token.driverPath.split(/[\\/]/).pop()}
      </span>
      →
      <span className="link">
        {t('keys.reader')} {token.slotDescription}
      </span>
      →
      <span className="link">
        {t('keys.token')} {token.serial}
      </span>
      →
      <span className={key === undefined ? 'link broken' : 'link'}>
        {key === undefined ? t('keys.noCertificate') : `${t('keys.certificate')} ${key.certificate?.commonName}`}
      </span>
    </div>
  );
}

function KeyRow({ k, onTest }: { k: TokenKeyView; onTest: () => void }) {
  const { t } = useTranslation();
  const c = k.certificate;
  const verdict =
    k.unusable !== null
      ? k.unusable.code.includes('EXPIRED')
        ? 'FAILED'
        : 'INDETERMINATE'
      : c !== null && c.daysLeft <= 60
        ? 'INDETERMINATE'
        : 'PASSED';
  return (
    <div className="line">
      <Shape verdict={verdict} />
      <div className="grow">
        <b style={{ fontWeight: 500 }}>{c?.commonName ?? k.label}</b>{' '}
        <span className="tag">{k.kind.toUpperCase()}</span>{' '}
        <span className="tag">{k.usage === 'unknown' ? t('common.none') : t(`keys.${k.usage}`)}</span>{' '}
        {k.alwaysAuthenticate && <span className="tag amber">{t('keys.always')}</span>}
        {c !== null && c.daysLeft >= 0 && c.daysLeft <= 60 && <span className="tag amber">{t('keys.expiring')}</span>}
        {k.unusable !== null && <ErrorNotice error={k.unusable} tone="amber" />}
        {c === null ? (
          <small>{t('keys.noCertificate')}</small>
        ) : (
          <dl className="facts">
            <dt>{t('keys.issuer')}</dt>
            <dd>{c.issuer}</dd>
            <dt>{t('keys.serial')}</dt>
            <dd className="mono">{c.serial}</dd>
            <dt>{t('keys.certificate')}</dt>
            <dd>
              {t('keys.valid', { from: dateOnly(c.notBefore), to: dateOnly(c.notAfter) })} ·{' '}
              {c.daysLeft < 0 ? t('keys.expired') : t('keys.daysLeft', { n: c.daysLeft })}
            </dd>
            <dt>{t('keys.usage')}</dt>
            <dd>{c.keyUsage.join(', ')}</dd>
          </dl>
        )}
      </div>
      <Button icon={<ExperimentOutlined />} disabled={c === null} onClick={onTest}>
        {t('keys.test')}
      </Button>
    </div>
  );
}

function TaskDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [pin, setPin] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const wrong =
    task.kind === 'pin' &&
    next !== '' &&
    (next.length < 6 ? t('keys.pinShort') : again !== '' && again !== next ? t('keys.mismatch') : '');
  const ready = pin !== '' && (task.kind === 'test' || (next.length >= 6 && next === again));
  const run = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setError(null);
    const r =
      task.kind === 'test'
        ? await ask('tokens:test', { tokenId: task.token.id, keyId: task.key.keyId, pin })
        : await ask('tokens:changePin', { tokenId: task.token.id, oldPin: pin, newPin: next });
    setBusy(false);
    setPin('');
    void refreshTokens();
    if (!r.ok) return setError(r.error);
    notification.success({
      title:
        'algorithm' in r.value
          ? t('keys.testOk', { algorithm: r.value.algorithm, ms: Math.round(r.value.milliseconds) })
          : t('keys.pinChanged'),
    });
    onClose();
  };
  return (
    <Dialog
      title={task.kind === 'test' ? t('keys.test') : t('keys.changePin')}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" size="large" disabled={!ready} loading={busy} onClick={() => void run()}>
            {t('common.ok')}
          </Button>
        </>
      }
    >
      <div className="stack">
        <div className="muted">{task.token.label}</div>
        {error !== null && <ErrorNotice error={error} />}
        <PinField
          value={pin}
          onChange={setPin}
          onEnter={() => void run()}
          tries={task.token.pinTries}
          label={task.kind === 'pin' ? t('keys.oldPin') : t('session.pinPlaceholder')}
        />
        {task.kind === 'pin' && (
          <>
            <PinField id="pin-new" autoFocus={false} value={next} onChange={setNext} label={t('keys.newPin')} />
            <PinField
              id="pin-again"
              autoFocus={false}
              value={again}
              onChange={setAgain}
              onEnter={() => void run()}
              label={t('keys.repeatPin')}
            />
          </>
        )}
        {wrong !== false && wrong !== '' && <span className="tag rose">{wrong}</span>}
      </div>
    </Dialog>
  );
}

function Driver({ d }: { d: DriverView }) {
  const { t } = useTranslation();
  return (
    <div className="line">
      <Shape verdict={d.state === 'ready' ? 'PASSED' : d.state === 'starting' ? 'INDETERMINATE' : 'FAILED'} />
      <div className="grow">
        {d.driver}{' '}
        <span className={`tag ${d.state === 'ready' ? 'jade' : d.state === 'starting' ? 'amber' : 'rose'}`}>
          {t(`keys.${d.state}`)}
        </span>{' '}
        <span className="muted small">{t('keys.profileOf', { profile: d.profile })}</span>
        <small className="mono">
          {d.path} {d.version} {d.slots !== undefined && t('keys.slots', { n: d.slots })}
        </small>
        {d.error !== undefined && <ErrorNotice error={d.error} />}
      </div>
    </div>
  );
}

export function Keys() {
  const { t } = useTranslation();
  const words = usePinWords();
  const tokens = useDesk((s) => s.tokens);
  const [task, setTask] = useState<Task | null>(null);
  return (
    <div className="screen scroll" tabIndex={0} role="region" aria-label={t('keys.title')}>
      <div className="heading">
        <h1>{t('keys.title')}</h1>
        <span className="muted">{t('keys.lead')}</span>
        <span className="spring" />
        <Button icon={<ReloadOutlined />} onClick={() => void refreshTokens()}>
          {t('common.refresh')}
        </Button>
      </div>
      {tokens !== null && tokens.tokens.length === 0 && (
        <Empty icon={<UsbOutlined style={{ fontSize: 34 }} />} title={t('keys.none')} text={t('keys.noneText')} />
      )}
      {(tokens?.tokens ?? []).map((token) => (
        <section className="card" key={token.id}>
          <div className="title">
            <h2>{token.label}</h2>
            {token.testOnly && <span className="tag amber">{t('session.testKey')}</span>}
            <span className={`tag ${['low', 'final', 'locked'].includes(token.pinTries.kind) ? 'rose' : ''}`}>
              {words(token.pinTries)}
            </span>
            <span className="spring" />
            <Button
              icon={<LockOutlined />}
              disabled={token.pinTries.kind === 'locked'}
              onClick={() => setTask({ kind: 'pin', token })}
            >
              {t('keys.changePin')}
            </Button>
          </div>
          <Chain token={token} />
          <div className="small muted" style={{ margin: '6px 0 8px' }}>
            {t('keys.manufacturer')} {token.manufacturer} · {t('keys.model')} {token.model} ·{' '}
            {t('keys.profileOf', { profile: token.profile })}
          </div>
          {token.keys.map((k) => (
            <KeyRow key={k.keyId} k={k} onTest={() => setTask({ kind: 'test', token, key: k })} />
          ))}
        </section>
      ))}
      <section className="card">
        <h2>{t('keys.drivers')}</h2>
        {(tokens?.drivers ?? []).map((d) => (
          <Driver key={d.driver + d.path} d={d} />
        ))}
      </section>
      {task !== null && <TaskDialog task={task} onClose={() => setTask(null)} />}
    </div>
  );
}
