/** The code to scan, and beside it in words what the phone is to do next; the two digits once it was scanned. */
import { LoadingOutlined, MobileOutlined, ReloadOutlined } from '@ant-design/icons';
import { Button, QRCode } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { PhoneAsk } from '#shared/phone.ts';
import { ask } from '../../state/store.ts';
import { ErrorNotice, Notice } from '../Notice.tsx';
import { usePhone, type PhoneApproved, type PhoneStage } from './usePhone.ts';

/** px of the code itself; around it stands a white border of more than four modules. */
const SIZE = 224;
/** ms for which a code holds at most; a desk whose clock is wrong counts from there. */
const HOLDS = 120_000;

/** Always black on white: phones do not read the reverse. */
export function Code({ text, alt }: { text: string; alt: string }) {
  return (
    <div className="phone-qr" role="img" aria-label={alt}>
      <QRCode
        type="svg"
        value={text}
        size={SIZE}
        errorLevel="M"
        color="#000000"
        bgColor="#ffffff"
        bordered={false}
        aria-hidden="true"
      />
    </div>
  );
}

/** Seconds that are left, as m:ss; spoken at its end alone. */
function Left({ expiresAt }: { expiresAt: string }) {
  const { t } = useTranslation();
  const [until] = useState(() => {
    const now = Date.now();
    const told = Date.parse(expiresAt) - now;
    return now + (told > 0 && told <= HOLDS ? told : HOLDS);
  });
  const [left, setLeft] = useState(() => until - Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLeft(until - Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return (
    <span className="tag phone-left" aria-hidden="true">
      {t('phone.left', { time: `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}` })}
    </span>
  );
}

/** A service on this very PC, which no phone reaches: a demonstration. */
const isHere = (link: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(link).hostname);

/** There a browser window on this PC plays the phone. */
function Here({ requestId }: { requestId: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  return (
    <p className="muted small phone-here">
      {t('phone.samePc')}{' '}
      <Button
        type="link"
        size="small"
        data-copy-link=""
        onClick={() => void ask('phone:copyLink', { requestId }).then((r) => setCopied(r.ok))}
      >
        {t(copied ? 'phone.linkCopied' : 'phone.copyLink')}
      </Button>
    </p>
  );
}

function Said({ stage, count }: { stage: PhoneStage; count: ReactNode }) {
  const { t } = useTranslation();
  switch (stage.at) {
    case 'idle':
      return null;
    case 'asking':
      return <p className="muted">{t('phone.asking')}</p>;
    case 'waiting':
      return (
        <>
          <p>
            <b>{t('phone.scan')}</b>
          </p>
          {count}
        </>
      );
    case 'scanned':
      return (
        <>
          <p className="muted">{t('phone.same')}</p>
          <p className="phone-check" data-phone-check={stage.progress?.check ?? ''}>
            {stage.progress?.check}
          </p>
          <p>
            <b>{t('phone.pin')}</b>
          </p>
          <p className="muted small">{t('phone.other')}</p>
        </>
      );
    case 'approved':
      return (
        <p>
          <b>{t('phone.approved', { person: stage.approved.person })}</b>
        </p>
      );
    case 'ended':
      return null;
  }
}

export interface PhoneCodeProps {
  readonly what: PhoneAsk;
  /** Shows a code at once; else the person asks for it. */
  readonly auto: boolean;
  readonly onApproved: (approved: PhoneApproved) => void;
}

export function PhoneCode({ what, auto, onApproved }: PhoneCodeProps) {
  const { t } = useTranslation();
  const { stage, start } = usePhone(what, onApproved);
  useEffect(() => {
    if (auto) start();
  }, [auto, start]);
  const ref = useRef<HTMLDivElement>(null);
  // A reader begins here, and Enter presses nothing.
  useEffect(() => {
    if (stage.at === 'waiting' && ref.current?.contains(document.activeElement) !== true) {
      ref.current?.focus({ preventScroll: true });
    }
  }, [stage.at]);
  const request = stage.at === 'waiting' || stage.at === 'scanned' ? stage.request : null;
  const polling = request !== null && 'progress' in stage && stage.progress?.way === 'polling';
  return (
    <div ref={ref} className="phone-code" data-phone={stage.at} tabIndex={-1}>
      {stage.at === 'waiting' && (
        <div className="phone-shown">
          <Code text={stage.request.qr} alt={t('phone.codeAlt')} />
          <Left key={stage.request.requestId} expiresAt={stage.request.expiresAt} />
          {isHere(stage.request.qr) && <Here requestId={stage.request.requestId} />}
        </div>
      )}
      {(stage.at === 'asking' || stage.at === 'approved') && (
        <div className="phone-qr none">
          <LoadingOutlined />
        </div>
      )}
      {stage.at === 'scanned' && (
        <div className="phone-qr none small-code">
          <MobileOutlined />
        </div>
      )}
      <div className="phone-said" role="status">
        <Said
          stage={stage}
          count={
            <p className="muted small">
              {t('phone.desk')} <b className="desk-name">{request?.desk}</b>
            </p>
          }
        />
        {polling && <p className="muted small">{t('phone.polling')}</p>}
      </div>
      {stage.at === 'ended' &&
        (stage.error === null ? (
          <Notice tone="amber" title={t('phone.over')} />
        ) : (
          <ErrorNotice error={stage.error} tone={stage.error.code === 'PHONE_EXPIRED' ? 'amber' : 'rose'} />
        ))}
      {(stage.at === 'ended' || stage.at === 'idle') && (
        <Button
          type="primary"
          size="large"
          block
          autoFocus
          icon={stage.at === 'idle' ? <MobileOutlined /> : <ReloadOutlined />}
          data-phone-again=""
          onClick={start}
        >
          {t(stage.at === 'idle' ? 'phone.show' : 'phone.again')}
        </Button>
      )}
    </div>
  );
}
