import { useEffect, useRef, useState } from 'react';
import { asYqError, YqError } from '#core/errors/index.ts';
import { readScanned, readTyped } from '../codes.ts';
import { useWords } from '../i18n/index.ts';
import { Frame } from '../parts/Frame.tsx';
import { ErrorNotice } from '../parts/Notice.tsx';
import { openCamera, type Camera } from '../scan/camera.ts';
import { arrive, go, goHome } from '../state/flow.ts';
import type { View } from '../state/store.ts';

type ScanView = Extract<View, { at: 'scan' }>;

export function Scan({ view }: { view: ScanView }) {
  return view.typing ? <Typing view={view} /> : <Seeing view={view} />;
}

function Seeing({ view }: { view: ScanView }) {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [camera, setCamera] = useState<Camera | null>(null);
  const [light, setLight] = useState(false);
  const [error, setError] = useState<YqError | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    const ends = new AbortController();
    let opened: Camera | undefined;
    let refused = '';
    const seen = (text: string): void => {
      const code = readScanned(text, location.origin);
      if (code !== undefined) {
        ends.abort();
        arrive(code);
      } else if (text !== refused) {
        // Said once for each wrong code; the camera goes on looking.
        refused = text;
        setError(new YqError('PHONE_NOT_A_CODE'));
      }
    };
    if (video.current !== null) {
      openCamera(video.current, seen, ends.signal).then(
        (camera) => {
          opened = camera;
          if (ends.signal.aborted) camera.close();
          else setCamera(camera);
        },
        (e: unknown) => {
          if (!ends.signal.aborted) setError(asYqError(e, 'PHONE_CAMERA'));
        },
      );
    }
    return () => {
      ends.abort();
      opened?.close();
    };
  }, [tries]);
  const type = (): void => go({ ...view, typing: true });
  return (
    <Frame
      title={t('scan.title')}
      back={goHome}
      foot={
        <>
          <button type="button" className="button" onClick={type}>
            {t('scan.type')}
          </button>
          {camera?.light !== undefined && (
            <button
              type="button"
              className="button"
              aria-pressed={light}
              onClick={() => void camera.light?.(!light).then(() => setLight(!light))}
            >
              {t(light ? 'scan.dark' : 'scan.light')}
            </button>
          )}
          {error?.code === 'PHONE_CAMERA' && (
            <button
              type="button"
              className="button main"
              onClick={() => {
                setError(null);
                setTries(tries + 1);
              }}
            >
              {t('ways.again')}
            </button>
          )}
        </>
      }
    >
      {error !== null && <ErrorNotice error={error} />}
      {error?.code !== 'PHONE_CAMERA' && (
        <p className="muted" aria-live="polite">
          {t(camera === null ? 'scan.opening' : 'scan.lead')}
        </p>
      )}
      <div className="camera" hidden={error?.code === 'PHONE_CAMERA'}>
        <video ref={video} muted playsInline aria-label={t('scan.lead')} />
        <div className="window" />
      </div>
    </Frame>
  );
}

function Typing({ view }: { view: ScanView }) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<YqError | null>(null);
  const enrols = view.wanted === 'enrol';
  const submit = (): void => {
    const code = readTyped(typed, view.wanted, location.origin);
    if (code === undefined)
      setError(new YqError(enrols && !/^https?:/i.test(typed.trim()) ? 'COSIGN_CODE' : 'PHONE_NOT_A_CODE'));
    else arrive(code);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Frame
        title={t('scan.type')}
        back={goHome}
        foot={
          <>
            <button type="button" className="button" onClick={() => go({ ...view, typing: false })}>
              {t('scan.camera')}
            </button>
            <button type="submit" className="button main" disabled={typed.trim() === ''}>
              {t('scan.go')}
            </button>
          </>
        }
      >
        {error !== null && <ErrorNotice error={error} />}
        <div className="field">
          <label htmlFor="typed">{t(enrols ? 'scan.link' : 'scan.requestLink')}</label>
          <input
            id="typed"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            autoCapitalize={enrols ? 'characters' : 'off'}
            autoCorrect="off"
            spellCheck={false}
            enterKeyHint="go"
            autoFocus
            aria-invalid={error !== null}
          />
          <small className="muted">{t(enrols ? 'scan.enrolHint' : 'scan.requestHint')}</small>
        </div>
      </Frame>
    </form>
  );
}
