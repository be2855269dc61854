/** A photo at the signing: seen before it is taken, taken again as often as wanted, kept only when somebody says so. */
import { CameraOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentView } from '#shared/consent.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { dateTime } from '../../format/time.ts';
import { dropPhoto, setPhoto, useConsent } from '../../state/consent.ts';
import { cameras, closeCamera, jpegOf, openCamera, shoot, troubleOf, type CameraTrouble } from './camera.ts';
import { useRefusal } from './Fingerprint.tsx';

export function Photo({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const busy = useConsent((s) => s.busy);
  const refusal = useRefusal(view, 'photo');
  const { photo } = view;
  return (
    <div className="section taken" data-photo={photo !== null}>
      <h3>
        {t('consent.photo')}
        {view.template.photo === 'optional' && photo === null && ` · ${t('consent.optional')}`}
      </h3>
      {photo !== null && (
        <div className="taken-picture">
          <img src={photo.pictureUrl} alt={t('consent.photoPicture')} />
          <div className="grow">
            <p className="small muted">{dateTime(photo.at)}</p>
            <Button icon={<DeleteOutlined />} loading={busy === 'dropPhoto'} onClick={() => void dropPhoto()}>
              {t('consent.drop')}
            </Button>
          </div>
        </div>
      )}
      {photo === null && refusal !== null && <p className="small muted">{refusal}</p>}
      {photo === null && refusal === null && (
        <Button icon={<CameraOutlined />} data-camera="" onClick={() => setOpen(true)}>
          {t('consent.camera')}
        </Button>
      )}
      {open && <CameraDialog onClose={() => setOpen(false)} />}
    </div>
  );
}

/** The stream of the camera chosen, closed with the dialog. */
function useCamera(chosen: string | undefined): {
  stream: MediaStream | null;
  all: readonly MediaDeviceInfo[];
  trouble: CameraTrouble | null;
  again: () => void;
} {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [all, setAll] = useState<readonly MediaDeviceInfo[]>([]);
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let stopped = false;
    let mine: MediaStream | null = null;
    setTrouble(null);
    openCamera(chosen)
      .then(async (s) => {
        mine = s;
        if (stopped) return closeCamera(s);
        setStream(s);
        const found = await cameras();
        if (!stopped) setAll(found);
      })
      .catch((e: unknown) => {
        if (!stopped) setTrouble(troubleOf(e));
      });
    return () => {
      stopped = true;
      closeCamera(mine);
      setStream(null);
    };
  }, [chosen, tries]);
  return { stream, all, trouble, again: () => setTries((n) => n + 1) };
}

function CameraDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [device, setDevice] = useState<string | undefined>();
  const { stream, all, trouble, again } = useCamera(device);
  const [running, setRunning] = useState(false);
  const [taken, setTaken] = useState(false);
  const busy = useConsent((s) => s.busy === 'setPhoto');
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  const take = () => {
    if (video.current === null || canvas.current === null) return;
    shoot(video.current, canvas.current);
    setTaken(true);
  };
  const use = async () => {
    const image = canvas.current === null ? null : await jpegOf(canvas.current);
    if (image !== null && (await setPhoto(image))) onClose();
  };
  const running2 = running && stream !== null;
  return (
    <Dialog
      title={t('consent.cameraTitle')}
      width={640}
      onClose={onClose}
      actions={
        trouble !== null ? (
          <>
            <Button size="large" onClick={onClose}>
              {t('common.close')}
            </Button>
            <Button type="primary" size="large" onClick={again}>
              {t('common.retry')}
            </Button>
          </>
        ) : taken ? (
          <>
            <Button size="large" onClick={() => setTaken(false)}>
              {t('consent.retake')}
            </Button>
            <Button type="primary" size="large" loading={busy} data-use="" onClick={() => void use()}>
              {t('consent.use')}
            </Button>
          </>
        ) : (
          <Button type="primary" size="large" disabled={!running2} data-shoot="" onClick={take}>
            {t('consent.shoot')}
          </Button>
        )
      }
    >
      {trouble !== null && (
        <div data-trouble={trouble}>
          <Notice tone="amber" title={t(`consent.cameraTrouble.${trouble}`)} />
        </div>
      )}
      {trouble === null && (
        <div className="camera" data-running={running2}>
          {!running2 && <p className="muted">{t('consent.cameraStarting')}</p>}
          <video
            ref={video}
            autoPlay
            muted
            playsInline
            hidden={taken}
            aria-label={t('consent.live')}
            onPlaying={() => setRunning(true)}
          />
          <canvas ref={canvas} hidden={!taken} role="img" aria-label={t('consent.photoPicture')} />
        </div>
      )}
      {all.length > 1 && !taken && (
        <Select
          className="camera-choice"
          aria-label={t('consent.live')}
          value={device ?? all[0]?.deviceId ?? ''}
          options={all.map((d, i) => ({
            value: d.deviceId,
            label: d.label === '' ? t('consent.cameraOf', { n: i + 1 }) : d.label,
          }))}
          onChange={setDevice}
        />
      )}
    </Dialog>
  );
}
