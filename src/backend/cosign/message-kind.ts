/** What a message is, as far as its bytes tell: service and device judge it alike. */
export { kindOfMessage, type MessageKind } from '#core/token/index.ts';
