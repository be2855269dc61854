/** What the desk is told for demo and development: where the backend is, and which drivers to load. */
import path from 'node:path';
import { home } from './places.mjs';

export const softToken = (dataHome = home) => ({
  profile: 'yiqian-soft',
  path: path.join(dataHome, 'soft-token', 'libyiqian-soft.so'),
  env: { YIQIAN_SOFT_TOKEN_DIR: path.join(dataHome, 'soft-token', 'state') },
});

/** Keys of the ward's other staff: intern, resident, chief, nurse. The backend makes them with `--ward`. */
const wardTokens = (dataHome) => ({
  ...softToken(dataHome),
  env: { YIQIAN_SOFT_TOKEN_DIR: path.join(dataHome, 'soft-token', 'ward') },
});

export const deskEnv = (backendUrl, dataHome = home, { ward = false } = {}) => ({
  YIQIAN_HOME: dataHome,
  YIQIAN_BACKEND_URL: backendUrl,
  YIQIAN_DRIVERS: JSON.stringify([softToken(dataHome), ...(ward ? [wardTokens(dataHome)] : [])]),
  // So that the whole consent form can be tried without a camera's policy and a reader.
  ...(ward && { YIQIAN_CONSENT_PHOTOS: 'true', YIQIAN_SIMULATED_FINGERPRINT: 'true' }),
});
