/** 密钥: driver → reader → key → certificate, with the first broken link named. */
import {
  CloudOutlined,
  ExperimentOutlined,
  LockOutlined,
  MobileOutlined,
  ReloadOutlined,
  UsbOutlined,
} from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CertificateView, DriverView, TokenKeyView, TokenView } from '#shared/models.ts';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PinTriesTag } from '../../components/PinField.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { dateOnly } from '../../format/time.ts';
import { refreshTokens } from '../../state/actions.ts';
import { useDesk } from '../../state/store.ts';
import { CosignCare } from './cosign/CosignCare.tsx';
import { EnrolDialog } from './cosign/EnrolDialog.tsx';
import { EnrolPhone } from './phone/EnrolPhone.tsx';
import { MyPhones } from './phone/MyPhones.tsx';
import { KeyTabs } from './KeyTabs.tsx';
import { brokenWithoutToken, linksOf } from './chain.ts';
import { TokenDialog, type Task } from './TokenDialog.tsx';

/** Days before the end from which a certificate is called to mind. */
export const EXPIRY_WARNING = 60;

function Chain({ token, drivers }: { token: TokenView; drivers: readonly DriverView[] }) {
  const { t } = useTranslation();
  return (
    <ol className="links">
      {linksOf(token, drivers).map((l, i) => (
        <li key={l.name}>
          {i > 0 && <span aria-hidden="true">→</span>}
          <span className={l.broken ? 'link broken' : 'link'}>
            <small>{t(`keys.${l.name}`)}</small>
            {l.value === '' ? t('keys.noCertificate') : l.value}
            {l.broken && <b>{t('keys.brokenHere')}</b>}
          </span>
        </li>
      ))}
    </ol>
  );
}

export function ExpiryTag({ certificate: c }: { certificate: CertificateView }) {
  const { t } = useTranslation();
  if (c.daysLeft < 0) return <span className="tag rose">{t('keys.expired')}</span>;
  if (c.daysLeft <= EXPIRY_WARNING) return <span className="tag amber">{t('keys.expiringIn', { n: c.daysLeft })}</span>;
  return <span className="tag">{t('keys.daysLeft', { n: c.daysLeft })}</span>;
}

function Facts({ c }: { c: CertificateView }) {
  const { t } = useTranslation();
  const use = (u: string): string => t(`usage.${u}` as 'usage.digitalSignature', { defaultValue: u });
  return (
    <dl className="facts">
      <dt>{t('keys.subject')}</dt>
      <dd>{c.subject}</dd>
      <dt>{t('keys.issuer')}</dt>
      <dd>{c.issuer}</dd>
      <dt>{t('keys.serial')}</dt>
      <dd className="mono">{c.serial}</dd>
      <dt>{t('keys.validity')}</dt>
      <dd>{t('keys.valid', { from: dateOnly(c.notBefore), to: dateOnly(c.notAfter) })}</dd>
      <dt>{t('keys.usage')}</dt>
      <dd>{c.keyUsage.map(use).join(t('common.comma'))}</dd>
    </dl>
  );
}

/** `onTest` absent: it is tested where it lies. */
function KeyRow({ k, onTest }: { k: TokenKeyView; onTest: (() => void) | undefined }) {
  const { t } = useTranslation();
  const c = k.certificate;
  const forEncryption = k.usage === 'encryption';
  return (
    <div className="key">
      {forEncryption ? (
        <span className="shape neutral" aria-hidden="true" />
      ) : (
        <Shape
          verdict={
            k.unusable !== null ? 'FAILED' : c !== null && c.daysLeft <= EXPIRY_WARNING ? 'INDETERMINATE' : 'PASSED'
          }
        />
      )}
      <div>
        <b className="who-signed">{c?.commonName ?? k.label}</b> <span className="tag">{k.kind.toUpperCase()}</span>{' '}
        {k.usage !== 'unknown' && <span className="tag">{t(`keys.${k.usage}`)}</span>}{' '}
        {c !== null && <ExpiryTag certificate={c} />}{' '}
        {k.alwaysAuthenticate && <span className="tag amber">{t('keys.always')}</span>}
        {k.unusable !== null && !forEncryption && <ErrorNotice error={k.unusable} tone="amber" />}
        {c === null ? <p className="small muted">{t('keys.noCertificate')}</p> : <Facts c={c} />}
      </div>
      {!forEncryption && onTest !== undefined && (
        <Button icon={<ExperimentOutlined />} disabled={k.unusable !== null} onClick={onTest}>
          {t('keys.test')}
        </Button>
      )}
    </div>
  );
}

function TokenCard({
  token,
  drivers,
  onTask,
}: {
  token: TokenView;
  drivers: readonly DriverView[];
  onTask: (task: Task) => void;
}) {
  const { t } = useTranslation();
  const phone = token.profile === 'phone';
  return (
    <section className="card" aria-label={token.label}>
      <div className="title">
        <h2>{token.label}</h2>
        {token.testOnly && <span className="test-mark">{t('session.testKey')}</span>}
        {!phone && <PinTriesTag tries={token.pinTries} />}
        <span className="small muted">
          {token.manufacturer} {token.model} · {t('keys.profileOf', { profile: token.profile })}
        </span>
        <span className="spring" />
        {!phone && (
          <Button
            icon={<LockOutlined />}
            disabled={token.pinTries.kind === 'locked'}
            onClick={() => onTask({ kind: 'pin', token })}
          >
            {t('keys.changePin')}
          </Button>
        )}
      </div>
      {phone ? (
        <p className="line">
          <span className="tag jade">{t('phone.key')}</span>{' '}
          {t('phone.keyLead', { person: token.keys[0]?.certificate?.commonName ?? '' })}
        </p>
      ) : token.profile === 'cosign' ? (
        <CosignCare token={token} />
      ) : (
        <Chain token={token} drivers={drivers} />
      )}
      {token.keys.map((k) => (
        <KeyRow key={k.keyId} k={k} onTest={phone ? undefined : () => onTask({ kind: 'test', token, key: k })} />
      ))}
    </section>
  );
}

function Driver({ d }: { d: DriverView }) {
  const { t } = useTranslation();
  const tone = d.state === 'ready' ? 'jade' : d.state === 'starting' ? 'amber' : d.state === 'absent' ? '' : 'rose';
  return (
    <div className="line">
      {d.state === 'absent' ? (
        <span className="shape neutral" aria-hidden="true" />
      ) : (
        <Shape verdict={d.state === 'ready' ? 'PASSED' : d.state === 'starting' ? 'INDETERMINATE' : 'FAILED'} />
      )}
      <div className="grow">
        {d.driver} <span className={`tag ${tone}`}>{t(`keys.${d.state}`)}</span>{' '}
        <span className="muted small">
          {t('keys.profileOf', { profile: d.profile })}
          {d.version !== undefined && ` · ${d.version}`}
          {d.slots !== undefined && ` · ${t('keys.slots', { n: d.slots })}`}
        </span>
        <small className="mono">{d.path}</small>
        {d.error !== undefined && <ErrorNotice error={d.error} />}
      </div>
    </div>
  );
}

export function Keys() {
  const { t } = useTranslation();
  const tokens = useDesk((s) => s.tokens);
  const [task, setTask] = useState<Task | null>(null);
  const [enrolling, setEnrolling] = useState<'here' | 'phone' | null>(null);
  const [enrolled, setEnrolled] = useState(0);
  const signedIn = useDesk((s) => s.session?.state === 'signed-in');
  return (
    <div className="screen scroll" tabIndex={0} role="region" aria-label={t('keys.title')}>
      <div className="heading">
        <KeyTabs />
        <h1>{t('keys.title')}</h1>
        <span className="muted">{t('keys.lead')}</span>
        <span className="spring" />
        <Button icon={<CloudOutlined />} data-add-cosign onClick={() => setEnrolling('here')}>
          {t('cosign.add')}
        </Button>
        {signedIn && (
          <Button icon={<MobileOutlined />} data-add-phone onClick={() => setEnrolling('phone')}>
            {t('phone.enrol')}
          </Button>
        )}
        <Button icon={<ReloadOutlined />} onClick={() => void refreshTokens()}>
          {t('common.refresh')}
        </Button>
      </div>
      {tokens === null && (
        <section className="card" aria-busy="true">
          <p className="muted">{t('session.reading')}</p>
          {[60, 40, 50].map((w) => (
            <p key={w} className="skeleton" style={{ width: `${w}%` }} />
          ))}
        </section>
      )}
      {tokens?.tokens.length === 0 && (
        <section className="card">
          <Empty
            icon={<UsbOutlined className="big-icon" />}
            title={t('keys.none')}
            text={t(brokenWithoutToken(tokens.drivers) === 'driver' ? 'keys.noDriver' : 'keys.noSlot')}
          />
        </section>
      )}
      {tokens?.tokens.map((token) => (
        <TokenCard key={token.id} token={token} drivers={tokens.drivers} onTask={setTask} />
      ))}
      {signedIn && <MyPhones asked={enrolled} />}
      {tokens !== null && (
        <section className="card">
          <h2>{t('keys.drivers')}</h2>
          {tokens.drivers.length === 0 && <p className="muted">{t('keys.noDriver')}</p>}
          {tokens.drivers.map((d) => (
            <Driver key={d.driver + d.path} d={d} />
          ))}
        </section>
      )}
      {enrolling === 'here' && <EnrolDialog onClose={() => setEnrolling(null)} />}
      {enrolling === 'phone' && (
        <EnrolPhone
          onClose={() => {
            setEnrolling(null);
            setEnrolled((n) => n + 1);
          }}
        />
      )}
      {task !== null && <TokenDialog task={task} onClose={() => setTask(null)} />}
    </div>
  );
}
