/** The patient's window: a page of its own with an API of its own. Nothing of the desk is in it. */
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
startI18n();
connect();
createRoot(root).render(
  <StrictMode>
    <Patient />
  </StrictMode>,
);
