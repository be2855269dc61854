/*
 * PINs. A random token key seals the private scalars; the token key itself is sealed under
 * PBKDF2-HMAC-SM3(PIN) for the user and for the SO. The HMAC of that seal is the check of the PIN.
 */
#include "module.h"
#include "sm4.h"
#include <string.h>

static void seal_mac(const uint8_t key[TOKEN_KEY_SIZE], const void *context, size_t context_length, const uint8_t *sealed,
                     size_t length, uint8_t mac[SM3_SIZE]) {
  HmacSm3 h;
  uint8_t n = (uint8_t)context_length;
  hmac_sm3_init(&h, key + 16, 32);
  hmac_sm3_update(&h, &n, 1);
  hmac_sm3_update(&h, context, context_length);
  hmac_sm3_update(&h, sealed, length);
  hmac_sm3_final(&h, mac);
}

void seal(const uint8_t key[TOKEN_KEY_SIZE], const void *context, size_t context_length, const uint8_t *plain, size_t length,
          uint8_t *sealed) {
  random_bytes(sealed, 16);
  sm4_ctr(key, sealed, plain, length, sealed + 16);
  seal_mac(key, context, context_length, sealed, 16 + length, sealed + 16 + length);
}

int unseal(const uint8_t key[TOKEN_KEY_SIZE], const void *context, size_t context_length, const uint8_t *sealed,
           size_t length, uint8_t *plain) {
  uint8_t mac[SM3_SIZE];
  seal_mac(key, context, context_length, sealed, 16 + length, mac);
  if (!equal_bytes(mac, sealed + 16 + length, sizeof mac)) return 0;
  sm4_ctr(key, sealed, sealed + 16, length, plain);
  return 1;
}

static const char *role_name(CK_USER_TYPE user) { return user == CKU_SO ? "so" : "us"; }

static void pin_key(const Slot *s, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG length, uint8_t key[TOKEN_KEY_SIZE]) {
  uint8_t salt[18];
  memcpy(salt, s->salt, 16);
  memcpy(salt + 16, role_name(user), 2);
  pbkdf2_sm3(pin, length, salt, sizeof salt, PBKDF2_ITERATIONS, key, TOKEN_KEY_SIZE);
}

static void seal_token_key(Slot *s, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG length,
                           const uint8_t token_key[TOKEN_KEY_SIZE]) {
  uint8_t key[TOKEN_KEY_SIZE];
  pin_key(s, user, pin, length, key);
  seal(key, role_name(user), 2, token_key, TOKEN_KEY_SIZE, user == CKU_SO ? s->so_key : s->user_key);
  wipe(key, sizeof key);
}

static int open_token_key(const Slot *s, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG length,
                          uint8_t token_key[TOKEN_KEY_SIZE]) {
  uint8_t key[TOKEN_KEY_SIZE];
  pin_key(s, user, pin, length, key);
  int ok = unseal(key, role_name(user), 2, user == CKU_SO ? s->so_key : s->user_key, TOKEN_KEY_SIZE, token_key);
  wipe(key, sizeof key);
  return ok;
}

static int length_ok(CK_ULONG n) { return n >= PIN_MIN && n <= PIN_MAX; }

/* The try is written off on disk before the check: killing the process or pulling the plug gives no free guesses. */
CK_RV pin_check(CK_SLOT_ID id, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG length, uint8_t token_key[TOKEN_KEY_SIZE]) {
  Slot *s = &slots[id];
  int fd = store_lock();
  token_load(id);
  int *left = user == CKU_SO ? &s->so_tries : &s->tries;
  CK_RV rv = *left <= 0 ? CKR_PIN_LOCKED : !length_ok(length) ? CKR_PIN_LEN_RANGE : CKR_OK;
  if (rv == CKR_OK) {
    (*left)--;
    rv = token_save(id);
  }
  if (rv == CKR_OK) {
    if (open_token_key(s, user, pin, length, token_key)) {
      *left = PIN_TRIES;
      rv = token_save(id);
    } else rv = *left ? CKR_PIN_INCORRECT : CKR_PIN_LOCKED;
  }
  store_unlock(fd);
  return rv;
}

void slot_logout(CK_SLOT_ID id) {
  slots[id].login = -1;
  wipe(slots[id].token_key, TOKEN_KEY_SIZE);
}

static CK_RV login_role(Session *s, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG length) {
  Slot *slot = &slots[s->slot];
  uint8_t token_key[TOKEN_KEY_SIZE];
  if (slot->login == (int)user) return CKR_USER_ALREADY_LOGGED_IN;
  if (slot->login >= 0) return CKR_USER_ANOTHER_ALREADY_LOGGED_IN;
  token_load(s->slot);
  if (user == CKU_USER && !slot->user_pin_set) return CKR_USER_PIN_NOT_INITIALIZED;
  if (user == CKU_SO)
    for (Session *x = sessions; x; x = x->next)
      if (session_counts(x, s->slot) && !(x->flags & CKF_RW_SESSION)) return CKR_SESSION_READ_ONLY_EXISTS;
  TRY(pin_check(s->slot, user, pin, length, token_key));
  memcpy(slot->token_key, token_key, sizeof token_key);
  wipe(token_key, sizeof token_key);
  slot->login = (int)user;
  return CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE handle, CK_USER_TYPE user, const CK_UTF8CHAR *pin, CK_ULONG length) {
  Session *s;
  TRY(session_require(handle, &s));
  if (user == CKU_SO || user == CKU_USER) return login_role(s, user, pin, length);
  if (user != CKU_CONTEXT_SPECIFIC) return CKR_USER_TYPE_INVALID;
  uint8_t token_key[TOKEN_KEY_SIZE];
  if (s->operation.kind != OP_SIGN || !s->operation.needs_login) return CKR_OPERATION_NOT_INITIALIZED;
  TRY(pin_check(s->slot, CKU_USER, pin, length, token_key));
  wipe(token_key, sizeof token_key);
  s->operation.needs_login = 0;
  return CKR_OK;
}
CK_RV C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length) {
  if (!pin) return CKR_ARGUMENTS_BAD; /* there is no PIN pad */
  TRY(fault_on_session(session, FN_LOGIN));
  LOCKED(login(session, user, pin, length));
}

static CK_RV logout(CK_SESSION_HANDLE handle) {
  Session *s;
  TRY(session_require(handle, &s));
  if (slots[s->slot].login < 0) return CKR_USER_NOT_LOGGED_IN;
  slot_logout(s->slot);
  for (Session *x = sessions; x; x = x->next)
    if (x->slot == s->slot) wipe(&x->operation, sizeof x->operation);
  return CKR_OK;
}
CK_RV C_Logout(CK_SESSION_HANDLE session) {
  TRY(fault_on_session(session, FN_LOGOUT));
  LOCKED(logout(session));
}

/* Also the way in which the SO unlocks a user PIN. */
static CK_RV init_pin(CK_SESSION_HANDLE handle, const CK_UTF8CHAR *pin, CK_ULONG length) {
  Session *s;
  TRY(session_require(handle, &s));
  Slot *slot = &slots[s->slot];
  if (slot->login != CKU_SO) return CKR_USER_NOT_LOGGED_IN;
  if (!length_ok(length)) return CKR_PIN_LEN_RANGE;
  int fd = store_lock();
  token_load(s->slot);
  seal_token_key(slot, CKU_USER, pin, length, slot->token_key);
  slot->user_pin_set = 1;
  slot->tries = PIN_TRIES;
  CK_RV rv = token_save(s->slot);
  store_unlock(fd);
  return rv;
}
CK_RV C_InitPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR *pin, CK_ULONG length) {
  if (!pin) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_INITPIN));
  LOCKED(init_pin(session, pin, length));
}

static CK_RV set_pin(CK_SESSION_HANDLE handle, const CK_UTF8CHAR *old, CK_ULONG old_length, const CK_UTF8CHAR *pin,
                     CK_ULONG length) {
  Session *s;
  TRY(session_require(handle, &s));
  if (!(s->flags & CKF_RW_SESSION)) return CKR_SESSION_READ_ONLY;
  if (!length_ok(length)) return CKR_PIN_LEN_RANGE;
  Slot *slot = &slots[s->slot];
  CK_USER_TYPE user = slot->login == CKU_SO ? CKU_SO : CKU_USER;
  uint8_t token_key[TOKEN_KEY_SIZE];
  TRY(pin_check(s->slot, user, old, old_length, token_key));
  int fd = store_lock();
  seal_token_key(slot, user, pin, length, token_key);
  CK_RV rv = token_save(s->slot);
  store_unlock(fd);
  wipe(token_key, sizeof token_key);
  return rv;
}
CK_RV C_SetPIN(CK_SESSION_HANDLE session, CK_UTF8CHAR *old, CK_ULONG old_length, CK_UTF8CHAR *pin, CK_ULONG length) {
  if (!old || !pin) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_SETPIN));
  LOCKED(set_pin(session, old, old_length, pin, length));
}

static void set_label(Slot *s, const CK_UTF8CHAR label[32]) {
  memcpy(s->label, label, 32);
  s->label[32] = 0;
  for (int i = 31; i >= 0 && (s->label[i] == ' ' || !s->label[i]); i--) s->label[i] = 0;
  for (char *c = s->label; *c; c++)
    if (*c == '\n' || *c == '\r') *c = ' ';
}

static CK_RV init_token(CK_SLOT_ID id, const CK_UTF8CHAR *pin, CK_ULONG length, const CK_UTF8CHAR *label) {
  static const char HEX[] = "0123456789ABCDEF";
  TRY(slot_require(id, 1));
  Slot *s = &slots[id];
  uint8_t token_key[TOKEN_KEY_SIZE], random[5];
  for (Session *x = sessions; x; x = x->next)
    if (session_counts(x, id)) return CKR_SESSION_EXISTS;
  if (!length_ok(length)) return CKR_PIN_LEN_RANGE;
  token_load(id);
  if (s->initialized) TRY(pin_check(id, CKU_SO, pin, length, token_key)); /* initialising again needs the SO PIN */
  int fd = store_lock();
  objects_synchronise(id);
  for (Object *o = s->objects; o; o = o->next)
    if (o->file[0]) object_delete_file(id, o);
  objects_drop(id);
  CK_RV rv = random_bytes(token_key, sizeof token_key) && random_bytes(s->salt, sizeof s->salt) && random_bytes(random, 5)
                 ? CKR_OK : CKR_DEVICE_ERROR;
  if (rv == CKR_OK) {
    seal_token_key(s, CKU_SO, pin, length, token_key);
    memset(s->user_key, 0, sizeof s->user_key);
    set_label(s, label);
    memcpy(s->serial, "SOFT-", 5);
    for (int i = 0; i < 5; i++) {
      s->serial[5 + 2 * i] = HEX[random[i] >> 4];
      s->serial[6 + 2 * i] = HEX[random[i] & 15];
    }
    s->serial[15] = 0;
    s->tries = s->so_tries = PIN_TRIES;
    s->user_pin_set = 0;
    s->initialized = 1;
    rv = token_save(id);
  }
  wipe(token_key, sizeof token_key);
  store_unlock(fd);
  return rv;
}
CK_RV C_InitToken(CK_SLOT_ID id, CK_UTF8CHAR *pin, CK_ULONG length, CK_UTF8CHAR *label) {
  if (!pin || !label) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_slot(id, FN_INITTOKEN));
  LOCKED(init_token(id, pin, length, label));
}
