/** The patient's window: a page of its own with an API of its own. Nothing of the desk is in it. */
import { IconProvider } from '@ant-design/icons';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/noto-sans-sc';
import '../theme/base.css';
import '../theme/document.css';
import '../theme/patient.css';
import { startI18n } from '../i18n/index.ts';
import { Patient } from './Patient.tsx';
import { connect } from './page.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('patient.html has no #root');
/** The icons write a style of their own at run time. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
startI18n();
connect();
createRoot(root).render(
  <StrictMode>
    <IconProvider value={{ csp: { nonce } }}>
      <Patient />
    </IconProvider>
  </StrictMode>,
);
