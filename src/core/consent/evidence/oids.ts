/**
 * Object identifiers of the evidence package. ITU-T X.667: an arc below 2.25 is a UUID as an integer and needs no registration; no standard
 * names types for this. RFC 5083 gives the structure, RFC 5084 the parameters of GCM, GM/T 0006 the algorithms.
 */
export const EvidenceOid = {
  /** id-ct-authEnvelopedData. */
  authEnvelopedData: '1.2.840.113549.1.9.16.1.23',
  sm4Gcm: '1.2.156.10197.1.104.8',
  sm2Encrypt: '1.2.156.10197.1.301.3',
  /** UUID 049050a8-6c3b-488f-8f26-51197f57c449: content type of the evidence. */
  content: '2.25.6066238667364323542814972073012085833',
  /** UUID 1f4fbb61-40ca-4a51-8eef-18cbdd6dc95f: the header, an authenticated attribute. */
  header: '2.25.41620059836935884792415672741040867679',
  /** UUID 53d9d633-a467-4212-a9ed-0b70d89d2f29: content type of the record of an offline act. */
  act: '2.25.111456996595621917721953662029629566761',
} as const;
