/* Coming and going of the module, the function list, and the functions that a signing token has no use for. */
#include "module.h"
#include <string.h>

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
int initialized, waiters;

void pad_text(void *field, size_t size, const char *text) {
  size_t n = strlen(text);
  memset(field, ' ', size);
  memcpy(field, text, n < size ? n : size);
}

static CK_RV initialize(void) {
  if (initialized) return CKR_CRYPTOKI_ALREADY_INITIALIZED;
  store_open();
  profile_load();
  initialized = 1;
  control_read();
  for (int i = 0; i < MAX_SLOTS; i++) slots[i].reported_present = slots[i].present;
  return CKR_OK;
}
CK_RV C_Initialize(void *argument) {
  const CK_C_INITIALIZE_ARGS *a = argument;
  if (a) {
    int callbacks = !!a->CreateMutex + !!a->DestroyMutex + !!a->LockMutex + !!a->UnlockMutex;
    if (a->pReserved || (callbacks != 0 && callbacks != 4)) return CKR_ARGUMENTS_BAD;
    if (callbacks == 4 && !(a->flags & CKF_OS_LOCKING_OK)) return CKR_CANT_LOCK; /* only OS locks here */
  }
  LOCKED(initialize());
}

static CK_RV finalize(void) {
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  initialized = 0;
  pthread_cond_broadcast(&wake);
  while (waiters) pthread_cond_wait(&wake, &lock); /* let callers of C_WaitForSlotEvent leave */
  sessions_drop_all();
  for (CK_SLOT_ID i = 0; i < MAX_SLOTS; i++) {
    slot_logout(i);
    objects_drop(i);
  }
  return CKR_OK;
}
CK_RV C_Finalize(void *reserved) {
  if (reserved) return CKR_ARGUMENTS_BAD;
  LOCKED(finalize());
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define UNSUPPORTED \
  { return CKR_FUNCTION_NOT_SUPPORTED; }
#define NOT_PARALLEL \
  { return CKR_FUNCTION_NOT_PARALLEL; }
CK_RV C_GetOperationState(SESSION s, CK_BYTE *p, CK_ULONG *n) UNSUPPORTED
CK_RV C_SetOperationState(SESSION s, CK_BYTE *p, CK_ULONG n, OBJECT a, OBJECT b) UNSUPPORTED
CK_RV C_CopyObject(SESSION s, OBJECT o, CK_ATTRIBUTE *t, CK_ULONG n, OBJECT *out) UNSUPPORTED
CK_RV C_GetObjectSize(SESSION s, OBJECT o, CK_ULONG *n) UNSUPPORTED
CK_RV C_EncryptInit(SESSION s, CK_MECHANISM *m, OBJECT k) UNSUPPORTED
CK_RV C_Encrypt(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_EncryptUpdate(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_EncryptFinal(SESSION s, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DecryptInit(SESSION s, CK_MECHANISM *m, OBJECT k) UNSUPPORTED
CK_RV C_Decrypt(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DecryptUpdate(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DecryptFinal(SESSION s, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DigestKey(SESSION s, OBJECT k) UNSUPPORTED
CK_RV C_SignRecoverInit(SESSION s, CK_MECHANISM *m, OBJECT k) UNSUPPORTED
CK_RV C_SignRecover(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_VerifyRecoverInit(SESSION s, CK_MECHANISM *m, OBJECT k) UNSUPPORTED
CK_RV C_VerifyRecover(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DigestEncryptUpdate(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DecryptDigestUpdate(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_SignEncryptUpdate(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_DecryptVerifyUpdate(SESSION s, CK_BYTE *p, CK_ULONG n, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_GenerateKey(SESSION s, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n, OBJECT *out) UNSUPPORTED
CK_RV C_WrapKey(SESSION s, CK_MECHANISM *m, OBJECT a, OBJECT b, CK_BYTE *out, CK_ULONG *l) UNSUPPORTED
CK_RV C_UnwrapKey(SESSION s, CK_MECHANISM *m, OBJECT k, CK_BYTE *p, CK_ULONG n, CK_ATTRIBUTE *t, CK_ULONG c, OBJECT *out) UNSUPPORTED
CK_RV C_DeriveKey(SESSION s, CK_MECHANISM *m, OBJECT k, CK_ATTRIBUTE *t, CK_ULONG n, OBJECT *out) UNSUPPORTED
CK_RV C_SeedRandom(SESSION s, CK_BYTE *p, CK_ULONG n) { return CKR_RANDOM_SEED_NOT_SUPPORTED; }
CK_RV C_GetFunctionStatus(SESSION s) NOT_PARALLEL
CK_RV C_CancelFunction(SESSION s) NOT_PARALLEL
#pragma GCC diagnostic pop

static CK_FUNCTION_LIST functions = {
    {2, 40},
#define X(name, parameters) name,
    CK_FUNCTIONS(X)
#undef X
};

#ifdef _WIN32
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  if (!list) return CKR_ARGUMENTS_BAD;
  *list = &functions;
  return CKR_OK;
}
