/* Sessions and what a call needs before it may start: an initialised module, a present token, a living session. */
#include "module.h"
#include <stdlib.h>
#include <string.h>

Session *sessions;

CK_ULONG next_handle(void) {
  static CK_ULONG last;
  return ++last;
}

static CK_RV enter(void) {
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  control_read();
  return CKR_OK;
}

CK_RV slot_require(CK_SLOT_ID id, int with_token) {
  TRY(enter());
  if (id >= MAX_SLOTS || !slots[id].exists) return CKR_SLOT_ID_INVALID;
  if (with_token && !slots[id].present) return CKR_TOKEN_NOT_PRESENT;
  return CKR_OK;
}

Session *session_lookup(CK_SESSION_HANDLE handle) {
  for (Session *s = sessions; s; s = s->next)
    if (s->handle == handle) return s;
  return NULL;
}

int session_counts(const Session *s, CK_SLOT_ID id) { return s->slot == id && s->epoch == slots[id].epoch; }

static void session_free(Session *s) {
  Slot *slot = &slots[s->slot];
  for (Object **p = &slot->objects; *p;) { /* session objects die with their session */
    Object *o = *p;
    if (o->owner != s->handle) { p = &o->next; continue; }
    *p = o->next;
    object_free(o);
  }
  wipe(&s->operation, sizeof s->operation);
  free(s->found);
  free(s);
}

static void session_close(Session *s) {
  CK_SLOT_ID id = s->slot;
  int counted = session_counts(s, id);
  for (Session **p = &sessions; *p; p = &(*p)->next)
    if (*p == s) {
      *p = s->next;
      break;
    }
  session_free(s);
  if (!counted) return;
  for (Session *x = sessions; x; x = x->next)
    if (session_counts(x, id)) return;
  slot_logout(id); /* PKCS#11 §5.6: the last session closed logs out */
}

CK_RV session_require(CK_SESSION_HANDLE handle, Session **out) {
  TRY(enter());
  Session *s = session_lookup(handle);
  if (!s) return CKR_SESSION_HANDLE_INVALID;
  if (!slots[s->slot].present) return CKR_DEVICE_REMOVED;
  if (!session_counts(s, s->slot)) { /* the token was out in the meantime */
    session_close(s);
    return CKR_SESSION_HANDLE_INVALID;
  }
  *out = s;
  return CKR_OK;
}

int object_visible(const Session *s, const Object *o) {
  return slots[s->slot].login == CKU_USER || !attribute_bool(o, CKA_PRIVATE, 0);
}

Object *session_object(Session *s, CK_OBJECT_HANDLE handle) {
  for (Object *o = slots[s->slot].objects; o; o = o->next)
    if (o->handle == handle && object_visible(s, o)) return o;
  return NULL;
}

void sessions_drop_all(void) {
  while (sessions) {
    Session *s = sessions;
    sessions = s->next;
    session_free(s);
  }
}

static CK_RV open_session(CK_SLOT_ID id, CK_FLAGS flags, CK_SESSION_HANDLE *out) {
  TRY(slot_require(id, 1));
  if (!(flags & CKF_SERIAL_SESSION)) return CKR_SESSION_PARALLEL_NOT_SUPPORTED;
  if (!slots[id].initialized) token_load(id);
  if (!slots[id].initialized) return CKR_TOKEN_NOT_RECOGNIZED;
  if (!(flags & CKF_RW_SESSION) && slots[id].login == CKU_SO) return CKR_SESSION_READ_WRITE_SO_EXISTS;
  Session *s = calloc(1, sizeof *s);
  if (!s) return CKR_HOST_MEMORY;
  *out = s->handle = next_handle();
  s->slot = id;
  s->epoch = slots[id].epoch;
  s->flags = flags;
  s->next = sessions;
  sessions = s;
  return CKR_OK;
}
CK_RV C_OpenSession(CK_SLOT_ID id, CK_FLAGS flags, void *application, CK_NOTIFY notify, CK_SESSION_HANDLE *session) {
  (void)application, (void)notify;
  if (!session) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_slot(id, FN_OPEN));
  LOCKED(open_session(id, flags, session));
}

static CK_RV close_session(CK_SESSION_HANDLE handle) {
  Session *s;
  TRY(session_require(handle, &s));
  session_close(s);
  return CKR_OK;
}
CK_RV C_CloseSession(CK_SESSION_HANDLE session) { LOCKED(close_session(session)); }

static CK_RV close_all(CK_SLOT_ID id) {
  TRY(slot_require(id, 0));
  for (Session **p = &sessions; *p;) {
    Session *s = *p;
    if (s->slot != id) { p = &s->next; continue; }
    *p = s->next;
    session_free(s);
  }
  slot_logout(id);
  return CKR_OK;
}
CK_RV C_CloseAllSessions(CK_SLOT_ID id) { LOCKED(close_all(id)); }

static CK_RV session_info(CK_SESSION_HANDLE handle, CK_SESSION_INFO *info) {
  Session *s;
  TRY(session_require(handle, &s));
  int writable = (s->flags & CKF_RW_SESSION) != 0, login = slots[s->slot].login;
  CK_STATE state = login == CKU_SO     ? CKS_RW_SO_FUNCTIONS
                   : login == CKU_USER ? (writable ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS)
                                       : (writable ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION);
  *info = (CK_SESSION_INFO){s->slot, state, s->flags, 0};
  return CKR_OK;
}
CK_RV C_GetSessionInfo(CK_SESSION_HANDLE session, CK_SESSION_INFO *info) {
  if (!info) return CKR_ARGUMENTS_BAD;
  LOCKED(session_info(session, info));
}

static CK_RV random_for(CK_SESSION_HANDLE handle, CK_BYTE *out, CK_ULONG n) {
  Session *s;
  TRY(session_require(handle, &s));
  return random_bytes(out, n) ? CKR_OK : CKR_DEVICE_ERROR;
}
CK_RV C_GenerateRandom(CK_SESSION_HANDLE session, CK_BYTE *out, CK_ULONG n) {
  if (!out && n) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_session(session, FN_RANDOM));
  LOCKED(random_for(session, out, n));
}
