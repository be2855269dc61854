/*
 * Drives the soft token's sources, linked in, through everything that allocates, copies or counts: for AddressSanitizer and UBSan.
 * Prints the number of calls; the first unexpected answer ends it with its line. Argument: a state directory with an empty slot1/.
 */
#include "pkcs11.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int calls;
#define EXPECT(rv, call) \
  do { \
    CK_RV got_ = (call); \
    __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED); \
    if (got_ != (CK_RV)(rv)) { \
      printf("line %d: 0x%lx where 0x%lx is due\n", __LINE__, got_, (CK_RV)(rv)); \
      exit(1); \
    } \
  } while (0)

static CK_UTF8CHAR pin[] = "123456", so[] = "12345678", wrong[] = "000000";
static CK_BBOOL yes = CK_TRUE;
static CK_BYTE id[] = {1, 2, 3};

static void control(const char *directory, const char *text) {
  static int n;
  char from[600], to[600];
  snprintf(from, sizeof from, "%s/control.%d", directory, n++);
  snprintf(to, sizeof to, "%s/control", directory);
  FILE *f = fopen(from, "w");
  fputs(text, f);
  fclose(f);
  rename(from, to);
}

static CK_OBJECT_HANDLE make_key(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE *public_key, CK_BBOOL *on_token) {
  CK_MECHANISM generation = {0x80000001UL, NULL, 0};
  CK_ATTRIBUTE public_template[] = {{CKA_TOKEN, on_token, 1}, {CKA_ID, id, sizeof id}};
  CK_ATTRIBUTE private_template[] = {{CKA_TOKEN, on_token, 1}, {CKA_ID, id, sizeof id}};
  CK_OBJECT_HANDLE private_key;
  EXPECT(CKR_OK, C_GenerateKeyPair(s, &generation, public_template, 2, private_template, 2, public_key, &private_key));
  return private_key;
}

static void sign_and_verify(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE private_key, CK_OBJECT_HANDLE public_key) {
  CK_BYTE e[32] = {7}, signature[64];
  CK_ULONG n = 0;
  CK_MECHANISM digest = {0x80000002UL, NULL, 0}, message = {0x80000003UL, "ALICE", 5};
  EXPECT(CKR_OK, C_SignInit(s, &digest, private_key));
  EXPECT(CKR_OPERATION_ACTIVE, C_SignInit(s, &digest, private_key));
  EXPECT(CKR_OK, C_Sign(s, e, 32, NULL, &n));
  n = 10;
  EXPECT(CKR_BUFFER_TOO_SMALL, C_Sign(s, e, 32, signature, &n));
  n = sizeof signature;
  EXPECT(CKR_OK, C_Sign(s, e, 32, signature, &n));
  EXPECT(CKR_OPERATION_NOT_INITIALIZED, C_Sign(s, e, 32, signature, &n));
  EXPECT(CKR_OK, C_VerifyInit(s, &digest, public_key));
  EXPECT(CKR_OK, C_Verify(s, e, 32, signature, n));
  signature[63] ^= 1;
  EXPECT(CKR_OK, C_VerifyInit(s, &digest, public_key));
  EXPECT(CKR_SIGNATURE_INVALID, C_Verify(s, e, 32, signature, n));
  EXPECT(CKR_OK, C_SignInit(s, &message, private_key));
  for (int i = 0; i < 5; i++) EXPECT(CKR_OK, C_SignUpdate(s, (CK_BYTE *)"part of the message", 19));
  EXPECT(CKR_OK, C_SignFinal(s, signature, &n));
  EXPECT(CKR_OK, C_VerifyInit(s, &message, public_key));
  for (int i = 0; i < 5; i++) EXPECT(CKR_OK, C_VerifyUpdate(s, (CK_BYTE *)"part of the message", 19));
  EXPECT(CKR_OK, C_VerifyFinal(s, signature, n));
  EXPECT(CKR_OK, C_SignInit(s, &digest, private_key));
  EXPECT(CKR_DATA_LEN_RANGE, C_Sign(s, e, 31, signature, &n));
}

static void objects(CK_SESSION_HANDLE s) {
  CK_OBJECT_CLASS data = CKO_DATA, any;
  CK_BYTE value[1000], label[] = "label", back[1000];
  memset(value, 0xa5, sizeof value);
  CK_ATTRIBUTE t[] = {{CKA_CLASS, &data, sizeof data}, {CKA_TOKEN, &yes, 1}, {CKA_LABEL, label, 5}, {CKA_VALUE, value, sizeof value}};
  CK_OBJECT_HANDLE o, found[8];
  CK_ULONG n;
  EXPECT(CKR_OK, C_CreateObject(s, t, 4, &o));
  CK_ATTRIBUTE get[] = {{CKA_VALUE, back, 4}, {CKA_CLASS, &any, sizeof any}, {CKA_EC_POINT, NULL, 0}};
  EXPECT(CKR_BUFFER_TOO_SMALL, C_GetAttributeValue(s, o, get, 2));
  get[0].ulValueLen = sizeof back;
  EXPECT(CKR_OK, C_GetAttributeValue(s, o, get, 2));
  EXPECT(CKR_ATTRIBUTE_TYPE_INVALID, C_GetAttributeValue(s, o, get, 3));
  if (memcmp(value, back, sizeof value)) exit(2);
  CK_ATTRIBUTE set = {CKA_LABEL, "a longer label", 14}, forbidden = {CKA_VALUE, value, 3};
  EXPECT(CKR_OK, C_SetAttributeValue(s, o, &set, 1));
  EXPECT(CKR_ATTRIBUTE_READ_ONLY, C_SetAttributeValue(s, o, &forbidden, 1));
  EXPECT(CKR_OK, C_FindObjectsInit(s, &set, 1));
  EXPECT(CKR_OK, C_FindObjects(s, found, 8, &n));
  if (n != 1 || found[0] != o) exit(3);
  EXPECT(CKR_OK, C_FindObjectsFinal(s));
  EXPECT(CKR_OK, C_DestroyObject(s, o));
  EXPECT(CKR_OBJECT_HANDLE_INVALID, C_DestroyObject(s, o));
  CK_ATTRIBUTE incomplete = {CKA_CLASS, &(CK_OBJECT_CLASS){CKO_CERTIFICATE}, sizeof(CK_OBJECT_CLASS)};
  EXPECT(CKR_TEMPLATE_INCOMPLETE, C_CreateObject(s, &incomplete, 1, &o));
  CK_ATTRIBUTE many[40];
  for (int i = 0; i < 40; i++) many[i] = (CK_ATTRIBUTE){0x90000000UL + (CK_ULONG)i, value, 8};
  EXPECT(CKR_DEVICE_MEMORY, C_CreateObject(s, many, 40, &o));
}

static void digests(CK_SESSION_HANDLE s) {
  CK_MECHANISM sm3 = {0x80000010UL, NULL, 0};
  CK_BYTE out[32];
  CK_ULONG n = sizeof out;
  EXPECT(CKR_OK, C_DigestInit(s, &sm3));
  EXPECT(CKR_OK, C_Digest(s, (CK_BYTE *)"abc", 3, out, &n));
  if (out[0] != 0x66 || out[31] != 0xe0) exit(4);
  EXPECT(CKR_OK, C_DigestInit(s, &sm3));
  for (int i = 0; i < 200; i++) EXPECT(CKR_OK, C_DigestUpdate(s, out, (CK_ULONG)i % 33));
  EXPECT(CKR_OK, C_DigestFinal(s, out, &n));
  EXPECT(CKR_OK, C_GenerateRandom(s, out, sizeof out));
}

static void *signer(void *slot) {
  CK_SESSION_HANDLE s;
  CK_OBJECT_HANDLE public_key;
  CK_BBOOL on_token = CK_FALSE;
  EXPECT(CKR_OK, C_OpenSession((CK_SLOT_ID)slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s));
  CK_OBJECT_HANDLE private_key = make_key(s, &public_key, &on_token);
  for (int i = 0; i < 20; i++) sign_and_verify(s, private_key, public_key);
  EXPECT(CKR_OK, C_CloseSession(s));
  return NULL;
}

static void *waiter(void *unused) {
  CK_SLOT_ID id_;
  (void)unused;
  while (C_WaitForSlotEvent(0, &id_, NULL) == CKR_OK) {}
  return NULL;
}

static void personalise(CK_SLOT_ID slot) {
  CK_SESSION_HANDLE s;
  CK_UTF8CHAR label[33] = "EXERCISE                        ";
  EXPECT(CKR_OK, C_InitToken(slot, so, 8, label));
  EXPECT(CKR_OK, C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s));
  EXPECT(CKR_USER_PIN_NOT_INITIALIZED, C_Login(s, CKU_USER, pin, 6));
  EXPECT(CKR_OK, C_Login(s, CKU_SO, so, 8));
  EXPECT(CKR_OK, C_InitPIN(s, pin, 6));
  EXPECT(CKR_OK, C_Logout(s));
  EXPECT(CKR_OK, C_CloseSession(s));
}

int main(int argc, char **argv) {
  CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
  CK_SESSION_HANDLE s;
  CK_OBJECT_HANDLE public_key, private_key;
  CK_TOKEN_INFO info;
  CK_ULONG n = 4;
  CK_SLOT_ID list[4];
  pthread_t threads[3], waiting;
  if (argc != 2) return 2;
  setenv("YIQIAN_SOFT_TOKEN_DIR", argv[1], 1);
  EXPECT(CKR_CRYPTOKI_NOT_INITIALIZED, C_Finalize(NULL));
  EXPECT(CKR_OK, C_Initialize(&arguments));
  EXPECT(CKR_CRYPTOKI_ALREADY_INITIALIZED, C_Initialize(&arguments));
  EXPECT(CKR_OK, C_GetSlotList(CK_TRUE, list, &n));
  if (n != 2) return 3;
  EXPECT(CKR_TOKEN_NOT_RECOGNIZED, C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &s));
  personalise(0);
  personalise(1);
  EXPECT(CKR_OK, C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s));
  EXPECT(CKR_PIN_INCORRECT, C_Login(s, CKU_USER, wrong, 6));
  EXPECT(CKR_OK, C_Login(s, CKU_USER, pin, 6));
  private_key = make_key(s, &public_key, &yes);
  sign_and_verify(s, private_key, public_key);
  objects(s);
  digests(s);
  EXPECT(CKR_OK, C_SetPIN(s, pin, 6, pin, 6));
  EXPECT(0, pthread_create(&waiting, NULL, waiter, NULL) ? 1 : 0);
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, signer, (void *)0);
  for (int i = 0; i < 10; i++) {
    control(argv[1], i % 2 ? "slot1.present=0\n" : "slot1.present=1\nnonsense\nslot9.sign.crash=1\nslot1.sign.delay_ms=1\n");
    C_GetTokenInfo(1, &info);
    usleep(10000);
  }
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  control(argv[1], "slot0.present=0\n");
  EXPECT(CKR_DEVICE_REMOVED, C_GenerateRandom(s, id, 1));
  control(argv[1], "");
  EXPECT(CKR_SESSION_HANDLE_INVALID, C_GenerateRandom(s, id, 1));
  EXPECT(CKR_OK, C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &s));
  for (int i = 0; i < 5; i++) EXPECT(CKR_PIN_INCORRECT, C_Login(s, CKU_USER, wrong, 6));
  EXPECT(CKR_PIN_LOCKED, C_Login(s, CKU_USER, wrong, 6));
  EXPECT(CKR_PIN_LOCKED, C_Login(s, CKU_USER, pin, 6));
  EXPECT(CKR_OK, C_GetTokenInfo(0, &info));
  if (!(info.flags & CKF_USER_PIN_LOCKED)) return 5;
  EXPECT(CKR_OK, C_Finalize(NULL));
  pthread_join(waiting, NULL);
  printf("%d calls\n", calls);
  return 0;
}
