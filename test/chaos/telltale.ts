/** Digits of a coordinate as no other number is written: once a form is sealed they stand in no file of the desk, and before that only encrypted. */
export const TELLTALE = '739251643';
