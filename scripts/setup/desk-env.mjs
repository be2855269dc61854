/** What the desk is told for demo and development: where the backend is, and which drivers to load. */
import path from 'node:path';
import { home } from './places.mjs';

export const softToken = (dataHome = home) => ({
  profile: 'yiqian-soft',
  path: path.join(dataHome, 'soft-token', 'libyiqian-soft.so'),
  env: { YIQIAN_SOFT_TOKEN_DIR: path.join(dataHome, 'soft-token', 'state') },
});

export const deskEnv = (backendUrl, dataHome = home) => ({
  YIQIAN_HOME: dataHome,
  YIQIAN_BACKEND_URL: backendUrl,
  YIQIAN_DRIVERS: JSON.stringify([softToken(dataHome)]),
});
