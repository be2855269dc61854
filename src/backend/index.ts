/** The reference backend: what the start script, the demo and the tests use. A hospital may replace all of it by its own. */
export { createBackend, type Backend, type BackendSettings } from './backend.ts';
export { openRooms, type Rooms, type RoomsSettings } from './rooms.ts';
export { loginText } from './login/challenges.ts';
export { backendDir, provisionDemo, type ProvisionSettings } from './demo/provision.ts';
export { DEMO_PIN, DEMO_SO_PIN, DEMO_TOKEN_LABEL, WARD_TOKENS } from './demo/people.ts';
export { softTokenPlace, wardTokenPlace, type SoftTokenPlace } from './demo/doctor-keys.ts';
