/* The object functions of PKCS#11 §5.7 and §5.13: create, destroy, read, change, find, generate. */
#include "module.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t OID_SM2[] = {0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d};
/* The PIN counter is a hardware feature object with a handle out of the range of all others. */
#define PIN_COUNTER_HANDLE (~0UL - 1)

static CK_RV object_add(Session *s, Object *o) {
  o->handle = next_handle();
  if (attribute_bool(o, CKA_TOKEN, 0)) {
    uint8_t random[4];
    if (!(s->flags & CKF_RW_SESSION)) return CKR_SESSION_READ_ONLY;
    if (!random_bytes(random, sizeof random)) return CKR_DEVICE_ERROR;
    snprintf(o->file, sizeof o->file, "%02x%02x%02x%02x.obj", random[0], random[1], random[2], random[3]);
    TRY(object_save(s->slot, o));
  } else o->owner = s->handle;
  o->next = slots[s->slot].objects;
  slots[s->slot].objects = o;
  return CKR_OK;
}

static void private_key_attributes(Object *o, const uint8_t xy[64]) {
  attribute_set_bool(o, CKA_PRIVATE, CK_TRUE);
  attribute_set_bool(o, CKA_SENSITIVE, CK_TRUE);
  attribute_set_bool(o, CKA_EXTRACTABLE, CK_FALSE);
  if (!attribute_get(o, CKA_SIGN)) attribute_set_bool(o, CKA_SIGN, CK_TRUE);
  if (!attribute_get(o, CKA_ALWAYS_AUTHENTICATE)) attribute_set_bool(o, CKA_ALWAYS_AUTHENTICATE, CK_FALSE);
  attribute_set(o, CKA_EC_PARAMS, OID_SM2, sizeof OID_SM2);
  object_set_point(o, xy);
}

/* The seal is bound to the public key, so that one key's file cannot lend its scalar to another. */
static void keep_scalar(const Slot *slot, Object *o, const uint8_t d[32], const uint8_t xy[64]) {
  if (attribute_bool(o, CKA_TOKEN, 0)) {
    seal(slot->token_key, xy, 64, d, 32, o->sealed);
    o->has_sealed = 1;
  } else memcpy(o->scalar, d, 32);
}

static CK_RV import_private_key(Session *s, Object *o) {
  Attribute *value = attribute_get(o, CKA_VALUE);
  uint8_t d[32], xy[64];
  if (attribute_ulong(o, CKA_KEY_TYPE) != profile.key_type) return CKR_ATTRIBUTE_VALUE_INVALID;
  if (!value || value->length != 32) return CKR_TEMPLATE_INCOMPLETE;
  memcpy(d, value->value, 32);
  wipe(value->value, 32);
  free(value->value);
  *value = o->attributes[--o->attribute_count]; /* the scalar must not stay a readable attribute */
  int ok = sm2_public_key(d, xy);
  if (ok) {
    private_key_attributes(o, xy);
    keep_scalar(&slots[s->slot], o, d, xy);
  }
  wipe(d, sizeof d);
  return ok ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
}

static CK_RV complete_object(Session *s, Object *o) {
  uint8_t xy[64];
  int user = slots[s->slot].login == CKU_USER;
  switch (attribute_ulong(o, CKA_CLASS)) {
    case CKO_PRIVATE_KEY: return user ? import_private_key(s, o) : CKR_USER_NOT_LOGGED_IN;
    case CKO_PUBLIC_KEY:
      if (attribute_ulong(o, CKA_KEY_TYPE) != profile.key_type || !object_point(o, xy)) return CKR_TEMPLATE_INCOMPLETE;
      break;
    case CKO_CERTIFICATE:
      if (!attribute_get(o, CKA_VALUE)) return CKR_TEMPLATE_INCOMPLETE;
      break;
    case CKO_DATA: break;
    default: return CKR_ATTRIBUTE_VALUE_INVALID;
  }
  if (!attribute_get(o, CKA_PRIVATE)) attribute_set_bool(o, CKA_PRIVATE, CK_FALSE);
  /* Public objects too are written by the user alone: nobody slips a certificate into a token that lies about. */
  return user ? CKR_OK : CKR_USER_NOT_LOGGED_IN;
}

static CK_RV create_object(CK_SESSION_HANDLE handle, const CK_ATTRIBUTE *t, CK_ULONG n, CK_OBJECT_HANDLE *out) {
  Session *s;
  TRY(session_require(handle, &s));
  Object *o = calloc(1, sizeof *o);
  if (!o) return CKR_HOST_MEMORY;
  CK_RV rv = object_from_template(o, t, n);
  if (rv == CKR_OK) rv = complete_object(s, o);
  if (rv == CKR_OK) rv = object_add(s, o);
  if (rv == CKR_OK) *out = o->handle;
  else object_free(o);
  return rv;
}
CK_RV C_CreateObject(CK_SESSION_HANDLE session, CK_ATTRIBUTE *t, CK_ULONG n, CK_OBJECT_HANDLE *out) {
  if (!out || !t) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_CREATE));
  LOCKED(create_object(session, t, n, out));
}

static CK_RV destroy_object(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object) {
  Session *s;
  TRY(session_require(handle, &s));
  for (Object **p = &slots[s->slot].objects; *p; p = &(*p)->next) {
    Object *o = *p;
    if (o->handle != object || !object_visible(s, o)) continue;
    if (o->file[0]) {
      if (!(s->flags & CKF_RW_SESSION)) return CKR_SESSION_READ_ONLY;
      if (slots[s->slot].login != CKU_USER) return CKR_USER_NOT_LOGGED_IN;
      object_delete_file(s->slot, o);
    }
    *p = o->next;
    object_free(o);
    return CKR_OK;
  }
  return CKR_OBJECT_HANDLE_INVALID;
}
CK_RV C_DestroyObject(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  TRY(fault_on_session(session, FN_DESTROY));
  LOCKED(destroy_object(session, object));
}

static CK_RV give(CK_ATTRIBUTE *t, const void *value, CK_ULONG length) {
  if (t->pValue && t->ulValueLen < length) {
    t->ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return CKR_BUFFER_TOO_SMALL;
  }
  if (t->pValue) memcpy(t->pValue, value, length);
  t->ulValueLen = length;
  return CKR_OK;
}

static CK_RV pin_counter_attribute(CK_SLOT_ID id, CK_ATTRIBUTE *t) {
  token_load(id);
  CK_ULONG class = CKO_HW_FEATURE, type = CKH_YQ_PIN_COUNTER, left = (CK_ULONG)slots[id].tries;
  if (t->type == CKA_CLASS) return give(t, &class, sizeof class);
  if (t->type == CKA_HW_FEATURE_TYPE) return give(t, &type, sizeof type);
  if (t->type == CKA_YQ_PIN_TRIES_LEFT) return give(t, &left, sizeof left);
  t->ulValueLen = CK_UNAVAILABLE_INFORMATION;
  return CKR_ATTRIBUTE_TYPE_INVALID;
}

static CK_RV object_attribute(const Object *o, CK_ATTRIBUTE *t) {
  Attribute *a = attribute_get(o, t->type);
  if (a) return give(t, a->value, a->length);
  t->ulValueLen = CK_UNAVAILABLE_INFORMATION;
  return t->type == CKA_VALUE && attribute_ulong(o, CKA_CLASS) == CKO_PRIVATE_KEY ? CKR_ATTRIBUTE_SENSITIVE
                                                                                 : CKR_ATTRIBUTE_TYPE_INVALID;
}

static CK_RV get_attributes(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *t, CK_ULONG n) {
  Session *s;
  TRY(session_require(handle, &s));
  Object *o = session_object(s, object);
  int counter = object == PIN_COUNTER_HANDLE && profile.pin_counter;
  if (!o && !counter) return CKR_OBJECT_HANDLE_INVALID;
  CK_RV rv = CKR_OK;
  for (CK_ULONG i = 0; i < n; i++) {
    CK_RV one = counter ? pin_counter_attribute(s->slot, &t[i]) : object_attribute(o, &t[i]);
    if (one != CKR_OK) rv = one;
  }
  return rv;
}
CK_RV C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *t, CK_ULONG n) {
  if (!t) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_GET));
  LOCKED(get_attributes(session, object, t, n));
}

static CK_RV set_attributes(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE object, const CK_ATTRIBUTE *t, CK_ULONG n) {
  Session *s;
  TRY(session_require(handle, &s));
  Object *o = session_object(s, object);
  if (!o) return CKR_OBJECT_HANDLE_INVALID;
  if (o->file[0] && !(s->flags & CKF_RW_SESSION)) return CKR_SESSION_READ_ONLY;
  if (slots[s->slot].login != CKU_USER) return CKR_USER_NOT_LOGGED_IN;
  for (CK_ULONG i = 0; i < n; i++)
    if (t[i].type != CKA_LABEL && t[i].type != CKA_ID && t[i].type != CKA_SUBJECT) return CKR_ATTRIBUTE_READ_ONLY;
  TRY(object_from_template(o, t, n));
  return o->file[0] ? object_save(s->slot, o) : CKR_OK;
}
CK_RV C_SetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *t, CK_ULONG n) {
  if (!t) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_SET));
  LOCKED(set_attributes(session, object, t, n));
}

static int matches(const Object *o, const CK_ATTRIBUTE *t, CK_ULONG n) {
  for (CK_ULONG i = 0; i < n; i++) {
    Attribute *a = attribute_get(o, t[i].type);
    if (!a || a->length != t[i].ulValueLen || (a->length && memcmp(a->value, t[i].pValue, a->length))) return 0;
  }
  return 1;
}

/* Hardware features show up only when they are asked for by class (PKCS#11 §4.3). */
static int asks_for_pin_counter(const CK_ATTRIBUTE *t, CK_ULONG n) {
  CK_ULONG class = 0;
  for (CK_ULONG i = 0; i < n; i++)
    if (t[i].type == CKA_CLASS && t[i].ulValueLen == sizeof class) memcpy(&class, t[i].pValue, sizeof class);
  return profile.pin_counter && class == CKO_HW_FEATURE;
}

static CK_RV find_init(CK_SESSION_HANDLE handle, const CK_ATTRIBUTE *t, CK_ULONG n) {
  Session *s;
  TRY(session_require(handle, &s));
  if (s->finding) return CKR_OPERATION_ACTIVE;
  objects_synchronise(s->slot);
  CK_ULONG capacity = 1;
  for (Object *o = slots[s->slot].objects; o; o = o->next) capacity++;
  free(s->found);
  s->found = malloc(capacity * sizeof *s->found);
  if (!s->found) return CKR_HOST_MEMORY;
  s->found_count = s->found_next = 0;
  if (asks_for_pin_counter(t, n)) s->found[s->found_count++] = PIN_COUNTER_HANDLE;
  for (Object *o = slots[s->slot].objects; o; o = o->next)
    if (object_visible(s, o) && matches(o, t, n)) s->found[s->found_count++] = o->handle;
  s->finding = 1;
  return CKR_OK;
}
CK_RV C_FindObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE *t, CK_ULONG n) {
  if (n && !t) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_FIND));
  LOCKED(find_init(session, t, n));
}

static CK_RV find_next(CK_SESSION_HANDLE handle, CK_OBJECT_HANDLE *list, CK_ULONG max, CK_ULONG *count) {
  Session *s;
  TRY(session_require(handle, &s));
  if (!s->finding) return CKR_OPERATION_NOT_INITIALIZED;
  for (*count = 0; *count < max && s->found_next < s->found_count;) list[(*count)++] = s->found[s->found_next++];
  return CKR_OK;
}
CK_RV C_FindObjects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *list, CK_ULONG max, CK_ULONG *count) {
  if (!list || !count) return CKR_ARGUMENTS_BAD;
  LOCKED(find_next(session, list, max, count));
}

static CK_RV find_final(CK_SESSION_HANDLE handle) {
  Session *s;
  TRY(session_require(handle, &s));
  if (!s->finding) return CKR_OPERATION_NOT_INITIALIZED;
  s->finding = 0;
  return CKR_OK;
}
CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE session) { LOCKED(find_final(session)); }

static CK_RV key_pair_objects(Session *s, Object *public_key, Object *private_key) {
  uint8_t d[32], xy[64];
  Attribute *curve = attribute_get(public_key, CKA_EC_PARAMS);
  if (curve && (curve->length != sizeof OID_SM2 || memcmp(curve->value, OID_SM2, sizeof OID_SM2))) return CKR_DOMAIN_PARAMS_INVALID;
  if (!sm2_generate(d, xy)) return CKR_DEVICE_ERROR;
  attribute_set_ulong(public_key, CKA_CLASS, CKO_PUBLIC_KEY);
  attribute_set_ulong(private_key, CKA_CLASS, CKO_PRIVATE_KEY);
  attribute_set_ulong(public_key, CKA_KEY_TYPE, profile.key_type);
  attribute_set_ulong(private_key, CKA_KEY_TYPE, profile.key_type);
  attribute_set_bool(public_key, CKA_PRIVATE, CK_FALSE);
  attribute_set_bool(public_key, CKA_LOCAL, CK_TRUE);
  attribute_set_bool(private_key, CKA_LOCAL, CK_TRUE);
  attribute_set_bool(private_key, CKA_ALWAYS_SENSITIVE, CK_TRUE);
  attribute_set_bool(private_key, CKA_NEVER_EXTRACTABLE, CK_TRUE);
  if (!attribute_get(public_key, CKA_VERIFY)) attribute_set_bool(public_key, CKA_VERIFY, CK_TRUE);
  attribute_set(public_key, CKA_EC_PARAMS, OID_SM2, sizeof OID_SM2);
  object_set_point(public_key, xy);
  private_key_attributes(private_key, xy);
  keep_scalar(&slots[s->slot], private_key, d, xy);
  wipe(d, sizeof d);
  return CKR_OK;
}

static CK_RV generate_key_pair(CK_SESSION_HANDLE handle, const CK_MECHANISM *m, const CK_ATTRIBUTE *public_template,
                               CK_ULONG public_count, const CK_ATTRIBUTE *private_template, CK_ULONG private_count,
                               CK_OBJECT_HANDLE *public_out, CK_OBJECT_HANDLE *private_out) {
  Session *s;
  TRY(session_require(handle, &s));
  if (m->mechanism != profile.key_pair_generation && m->mechanism != CKM_EC_KEY_PAIR_GEN) return CKR_MECHANISM_INVALID;
  if (slots[s->slot].login != CKU_USER) return CKR_USER_NOT_LOGGED_IN;
  Object *public_key = calloc(1, sizeof *public_key), *private_key = calloc(1, sizeof *private_key);
  CK_RV rv = public_key && private_key ? CKR_OK : CKR_HOST_MEMORY;
  if (rv == CKR_OK) rv = object_from_template(public_key, public_template, public_count);
  if (rv == CKR_OK) rv = object_from_template(private_key, private_template, private_count);
  if (rv == CKR_OK) rv = key_pair_objects(s, public_key, private_key);
  if (rv == CKR_OK) rv = object_add(s, private_key);
  if (rv != CKR_OK) {
    if (public_key) object_free(public_key);
    if (private_key) object_free(private_key);
    return rv;
  }
  *private_out = private_key->handle;
  rv = object_add(s, public_key);
  if (rv == CKR_OK) *public_out = public_key->handle;
  else object_free(public_key);
  return rv;
}
CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_ATTRIBUTE *public_template, CK_ULONG public_count,
                        CK_ATTRIBUTE *private_template, CK_ULONG private_count, CK_OBJECT_HANDLE *public_out,
                        CK_OBJECT_HANDLE *private_out) {
  if (!m || !public_out || !private_out) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_KEYGEN));
  LOCKED(generate_key_pair(session, m, public_template, public_count, private_template, private_count, public_out, private_out));
}
