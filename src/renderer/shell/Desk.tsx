/** The frame: look and language, the gate in front, the rail, the status line, the screen. */
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useEffect, useMemo, useState } from 'react';
import { Consent } from '../screens/consent/Consent.tsx';
import { Approval } from '../screens/batch/Approval.tsx';
import { Batch } from '../screens/batch/Batch.tsx';
import { Diagnosis } from '../screens/diagnosis/Diagnosis.tsx';
import { Keys } from '../screens/keys/Keys.tsx';
import { Review } from '../screens/review/Review.tsx';
import { Seals } from '../screens/seals/Seals.tsx';
import { Settings } from '../screens/settings/Settings.tsx';
import { Gate } from '../screens/sign-in/Gate.tsx';
import { Verify } from '../screens/verify/Verify.tsx';
import { WorkList } from '../screens/worklist/WorkList.tsx';
import { useDesk } from '../state/store.ts';
import { antdTheme } from '../theme/antd.ts';
import { applyPalette, dark, light } from '../theme/tokens.ts';
import { Guard } from './Guard.tsx';
import { Rail } from './Rail.tsx';
import { Shortcuts, useShortcuts } from './Shortcuts.tsx';
import { StatusLine } from './StatusLine.tsx';

const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';

function useMedia(query: string): boolean {
  const media = useMemo(() => matchMedia(query), [query]);
  const [matches, setMatches] = useState(media.matches);
  useEffect(() => {
    const changed = () => setMatches(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, [media]);
  return matches;
}

export function Desk() {
  const { theme, language } = useDesk((s) => s.settings);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const reduced = useMedia('(prefers-reduced-motion: reduce)');
  const name = theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
  const palette = name === 'dark' ? dark : light;
  applyPalette(palette, name);
  return (
    <ConfigProvider
      csp={{ nonce }}
      locale={language === 'zh' ? zhCN : enUS}
      theme={antdTheme(palette, name, reduced)}
      button={{ autoInsertSpace: false }}
    >
      <App className="app-root" notification={{ placement: 'bottom', duration: 3 }}>
        <Guard>
          <Frame />
        </Guard>
      </App>
    </ConfigProvider>
  );
}

function KeysOrSeals() {
  return useDesk((s) => s.keysTab) === 'keys' ? <Keys /> : <Seals />;
}

const screens = {
  worklist: WorkList,
  review: Review,
  batch: Batch,
  consent: Consent,
  verify: Verify,
  keys: KeysOrSeals,
  diagnosis: Diagnosis,
  settings: Settings,
};

function Frame() {
  useShortcuts();
  const place = useDesk((s) => s.place);
  const session = useDesk((s) => s.session);
  if (session === null) return null;
  const inside = session.state === 'signed-in';
  // Diagnosis and verification need nobody signed in: IT and the records office use them too.
  if (!inside && (session.state === 'locked' || !['diagnosis', 'verify', 'keys', 'settings'].includes(place)))
    return <Gate />;
  const Screen = screens[place];
  return (
    <div className="desk">
      <Rail />
      <StatusLine />
      <main id="content" tabIndex={-1} className="content">
        <Screen />
      </main>
      {inside && <Approval />}
      <Shortcuts />
    </div>
  );
}
