/** Names of a form's signature fields, made before anybody signs. */
export const FORM_FIELDS = { patient: 'ConsentPatient', witness: 'ConsentWitness', staff: 'ConsentStaff' } as const;
