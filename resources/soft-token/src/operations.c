/* Signing, verifying, digesting (PKCS#11 §5.10–5.12). */
#include "module.h"
#include <string.h>

/* Mechanism parameter: the signer's ID; without one the default ID of GM/T 0009 §10. */
static CK_RV begin_message(Operation *op, const CK_MECHANISM *m) {
  uint8_t z[32];
  int given = m->pParameter && m->ulParameterLen;
  if (given && m->ulParameterLen > 8191) return CKR_MECHANISM_PARAM_INVALID;
  sm2_za(given ? m->pParameter : (const uint8_t *)DEFAULT_USER_ID, given ? m->ulParameterLen : strlen(DEFAULT_USER_ID),
         op->public_key, z);
  sm3_update(&op->hash, z, sizeof z);
  return CKR_OK;
}

static CK_RV take_scalar(const Slot *slot, const Object *o, Operation *op) {
  if (!o->has_sealed) {
    memcpy(op->scalar, o->scalar, 32);
    return CKR_OK;
  }
  return unseal(slot->token_key, op->public_key, 64, o->sealed, 32, op->scalar) ? CKR_OK : CKR_DEVICE_ERROR;
}

static CK_RV key_operation(Session *s, OperationKind kind, const CK_MECHANISM *m, CK_OBJECT_HANDLE key, Operation *op) {
  const SignMechanism *mechanism = profile_sign_mechanism(m->mechanism);
  if (!mechanism) return CKR_MECHANISM_INVALID;
  Slot *slot = &slots[s->slot];
  Object *o = session_object(s, key);
  if (!o) return slot->login == CKU_USER ? CKR_KEY_HANDLE_INVALID : CKR_USER_NOT_LOGGED_IN;
  CK_ULONG class = kind == OP_SIGN ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY;
  if (attribute_ulong(o, CKA_CLASS) != class || attribute_ulong(o, CKA_KEY_TYPE) != profile.key_type)
    return CKR_KEY_TYPE_INCONSISTENT;
  if (!attribute_bool(o, kind == OP_SIGN ? CKA_SIGN : CKA_VERIFY, 1)) return CKR_KEY_FUNCTION_NOT_PERMITTED;
  if (!object_point(o, op->public_key)) return CKR_KEY_HANDLE_INVALID;
  op->input = mechanism->input;
  op->format = mechanism->format;
  if (op->input == INPUT_MESSAGE) TRY(begin_message(op, m));
  if (kind != OP_SIGN) return CKR_OK;
  op->needs_login = attribute_bool(o, CKA_ALWAYS_AUTHENTICATE, 0);
  return take_scalar(slot, o, op);
}

static CK_RV begin(CK_SESSION_HANDLE handle, OperationKind kind, const CK_MECHANISM *m, CK_OBJECT_HANDLE key) {
  Session *s;
  TRY(session_require(handle, &s));
  if (s->operation.kind) return CKR_OPERATION_ACTIVE;
  Operation op = {.kind = kind};
  sm3_init(&op.hash);
  if (kind != OP_DIGEST) TRY(key_operation(s, kind, m, key, &op));
  else if (m->mechanism != profile.sm3) return CKR_MECHANISM_INVALID;
  s->operation = op;
  wipe(&op, sizeof op);
  return CKR_OK;
}
CK_RV C_SignInit(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_OBJECT_HANDLE key) {
  if (!m) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_SIGNINIT));
  LOCKED(begin(session, OP_SIGN, m, key));
}
CK_RV C_VerifyInit(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_OBJECT_HANDLE key) {
  if (!m) return CKR_ARGUMENTS_BAD;
  LOCKED(begin(session, OP_VERIFY, m, key));
}
CK_RV C_DigestInit(CK_SESSION_HANDLE session, CK_MECHANISM *m) {
  if (!m) return CKR_ARGUMENTS_BAD;
  LOCKED(begin(session, OP_DIGEST, m, 0));
}

static CK_RV update(CK_SESSION_HANDLE handle, OperationKind kind, const CK_BYTE *data, CK_ULONG n) {
  Session *s;
  TRY(session_require(handle, &s));
  Operation *op = &s->operation;
  if (op->kind != kind) return CKR_OPERATION_NOT_INITIALIZED;
  if (kind != OP_DIGEST && op->input == INPUT_DIGEST) {
    wipe(op, sizeof *op);
    return CKR_FUNCTION_NOT_SUPPORTED;
  }
  op->started = 1;
  sm3_update(&op->hash, data, n);
  return CKR_OK;
}
CK_RV C_SignUpdate(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n) { LOCKED(update(session, OP_SIGN, data, n)); }
CK_RV C_VerifyUpdate(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n) { LOCKED(update(session, OP_VERIFY, data, n)); }
CK_RV C_DigestUpdate(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n) { LOCKED(update(session, OP_DIGEST, data, n)); }

static CK_ULONG signature_size(SignFormat format) {
  return format == FORMAT_DER ? SM2_DER_MAX : format == FORMAT_BLOB ? 128 : 64;
}

static CK_ULONG encode(SignFormat format, const uint8_t raw[64], CK_BYTE *out) {
  if (format == FORMAT_DER) return sm2_to_der(raw, out);
  if (format == FORMAT_RAW) {
    memcpy(out, raw, 64);
    return 64;
  }
  memset(out, 0, 128); /* ECCSIGNATUREBLOB of GM/T 0016: r and s right-aligned in 64 bytes each */
  memcpy(out + 32, raw, 32);
  memcpy(out + 96, raw + 32, 32);
  return 128;
}

static int decode(SignFormat format, const CK_BYTE *in, CK_ULONG n, uint8_t raw[64]) {
  if (format == FORMAT_DER) return sm2_from_der(in, n, raw);
  if (n != signature_size(format)) return 0;
  memcpy(raw, in + (format == FORMAT_BLOB ? 32 : 0), 32);
  memcpy(raw + 32, in + (format == FORMAT_BLOB ? 96 : 32), 32);
  return 1;
}

/* The 32 bytes e that the signature is about. `one_shot` tells C_Sign and C_Verify from their …Final. */
static CK_RV digest_of(Operation *op, int one_shot, const CK_BYTE *data, CK_ULONG n, uint8_t e[32]) {
  if (op->input == INPUT_DIGEST) {
    if (!one_shot) return CKR_FUNCTION_NOT_SUPPORTED;
    if (n != 32) return CKR_DATA_LEN_RANGE;
    memcpy(e, data, 32);
    return CKR_OK;
  }
  if (one_shot) sm3_update(&op->hash, data, n);
  sm3_final(&op->hash, e);
  return CKR_OK;
}

static CK_RV sign(CK_SESSION_HANDLE handle, int one_shot, const CK_BYTE *data, CK_ULONG n, CK_BYTE *out, CK_ULONG *length) {
  Session *s;
  TRY(session_require(handle, &s));
  Operation *op = &s->operation;
  uint8_t e[32], raw[64];
  if (op->kind != OP_SIGN || (one_shot && op->started)) return CKR_OPERATION_NOT_INITIALIZED;
  if (op->needs_login) return CKR_USER_NOT_LOGGED_IN;
  CK_ULONG need = signature_size(op->format);
  if (!out || *length < need) {
    *length = need;
    return out ? CKR_BUFFER_TOO_SMALL : CKR_OK;
  }
  CK_RV rv = digest_of(op, one_shot, data, n, e);
  if (rv == CKR_OK && !sm2_sign(op->scalar, e, raw)) rv = CKR_DEVICE_ERROR;
  if (rv == CKR_OK && fault_corrupts(s->slot, FN_SIGN)) raw[40] ^= 1;
  if (rv == CKR_OK) *length = encode(op->format, raw, out);
  wipe(op, sizeof *op);
  return rv;
}
CK_RV C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *out, CK_ULONG *length) {
  if (!length || (!data && n)) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_SIGN));
  LOCKED(sign(session, 1, data, n, out, length));
}
CK_RV C_SignFinal(CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG *length) {
  if (!length) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_SIGN));
  LOCKED(sign(session, 0, NULL, 0, out, length));
}

static CK_RV verify(CK_SESSION_HANDLE handle, int one_shot, const CK_BYTE *data, CK_ULONG n, const CK_BYTE *signature,
                    CK_ULONG length) {
  Session *s;
  TRY(session_require(handle, &s));
  Operation op = s->operation;
  uint8_t e[32], raw[64];
  if (op.kind != OP_VERIFY || (one_shot && op.started)) return CKR_OPERATION_NOT_INITIALIZED;
  wipe(&s->operation, sizeof s->operation);
  TRY(digest_of(&op, one_shot, data, n, e));
  if (!decode(op.format, signature, length, raw)) return CKR_SIGNATURE_LEN_RANGE;
  return sm2_verify(op.public_key, e, raw) ? CKR_OK : CKR_SIGNATURE_INVALID;
}
CK_RV C_Verify(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *signature, CK_ULONG length) {
  if (!signature || (!data && n)) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_VERIFY));
  LOCKED(verify(session, 1, data, n, signature, length));
}
CK_RV C_VerifyFinal(CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG length) {
  if (!signature) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_VERIFY));
  LOCKED(verify(session, 0, NULL, 0, signature, length));
}

static CK_RV digest(CK_SESSION_HANDLE handle, int one_shot, const CK_BYTE *data, CK_ULONG n, CK_BYTE *out, CK_ULONG *length) {
  Session *s;
  TRY(session_require(handle, &s));
  Operation *op = &s->operation;
  if (op->kind != OP_DIGEST || (one_shot && op->started)) return CKR_OPERATION_NOT_INITIALIZED;
  if (!out || *length < SM3_SIZE) {
    *length = SM3_SIZE;
    return out ? CKR_BUFFER_TOO_SMALL : CKR_OK;
  }
  if (one_shot) sm3_update(&op->hash, data, n);
  sm3_final(&op->hash, out);
  *length = SM3_SIZE;
  wipe(op, sizeof *op);
  return CKR_OK;
}
CK_RV C_Digest(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *out, CK_ULONG *length) {
  if (!length || (!data && n)) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_DIGEST));
  LOCKED(digest(session, 1, data, n, out, length));
}
CK_RV C_DigestFinal(CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG *length) {
  if (!length) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_DIGEST));
  LOCKED(digest(session, 0, NULL, 0, out, length));
}
