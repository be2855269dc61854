/** The reference backend: what the start script, the demo and the tests use. A hospital may replace all of it by its own. */
export { createBackend, type Backend, type BackendSettings } from './backend.ts';
export { loginText } from './login/challenges.ts';
