/** The signed attribute that carries an SES_Signature inside a CMS (docs/formats.md). */

/**
 * Attribute type; its one value is the SES_Signature itself, a SEQUENCE. ITU-T X.667: an arc below 2.25 is the UUID
 * 2322a625-a7a4-44b7-a83c-546f9da9b541 as an integer and needs no registration. No standard names an attribute for this.
 */
export const SEAL_SIGNATURE_ATTRIBUTE = '2.25.46702887808981043879453233611595691329';
