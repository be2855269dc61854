/* What the parts of the module share: state, and who owns which function. Everything here is guarded by one mutex. */
#ifndef YIQIAN_MODULE_H
#define YIQIAN_MODULE_H
#include "pkcs11.h"
#include "sm2.h"
#include "sm3.h"
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define MAX_SLOTS 4
#define MAX_ATTRIBUTES 32
#define MAX_ATTRIBUTE_LENGTH (1 << 14)
#define PIN_MIN 4
#define PIN_MAX 32
#define PIN_TRIES 6
#define PBKDF2_ITERATIONS 10000
#define DEFAULT_USER_ID "1234567812345678"

/* Token key: 16 bytes SM4, 32 bytes HMAC-SM3. A sealed value: IV (16) ‖ SM4-CTR ‖ HMAC-SM3 (32). */
#define TOKEN_KEY_SIZE 48
#define SEALED_SIZE(n) (16 + (n) + SM3_SIZE)

/* Vendor attributes of ours. The sealed scalar exists on disk only; the other two tell the exact number of PIN tries. */
#define CKA_YQ_SEALED_SCALAR 0x80F00001UL
#define CKA_YQ_PIN_TRIES_LEFT 0x80F00002UL
#define CKH_YQ_PIN_COUNTER 0x80F00001UL

/* ---- profile.c: the vendor whose constants the module imitates (module.conf) */
typedef enum { INPUT_DIGEST, INPUT_MESSAGE, INPUT_PLAIN } SignInput;
typedef enum { FORMAT_RAW, FORMAT_DER, FORMAT_BLOB } SignFormat;
typedef enum { POINT_OCTET_STRING, POINT_UNCOMPRESSED, POINT_XY } PointForm;
typedef struct {
  CK_MECHANISM_TYPE type;
  SignInput input;
  SignFormat format;
} SignMechanism;
typedef struct {
  char manufacturer[33];
  CK_KEY_TYPE key_type;
  CK_MECHANISM_TYPE key_pair_generation, sm3;
  SignMechanism sign[8];
  int sign_count;
  PointForm point;
  int pin_counter;
} Profile;
extern Profile profile;
void profile_load(void);
const SignMechanism *profile_sign_mechanism(CK_MECHANISM_TYPE);

/* ---- faults.c: fault injection (control) */
typedef enum {
  FN_ANY, FN_INFO, FN_OPEN, FN_LOGIN, FN_LOGOUT, FN_FIND, FN_GET, FN_SET, FN_CREATE, FN_DESTROY, FN_KEYGEN, FN_SIGNINIT,
  FN_SIGN, FN_VERIFY, FN_DIGEST, FN_RANDOM, FN_INITTOKEN, FN_INITPIN, FN_SETPIN, FN_COUNT
} FaultPoint;
typedef struct {
  int delay_ms, crash, hang, corrupt;
  int after, times; /* let `after` calls pass, then strike `times` times (0: always) */
  CK_RV fail;
} Fault;
void control_read(void);
void control_forget(void);
/* Called at the door of each function, without the lock: sleeps, crashes, hangs or gives the error that is ordered. */
CK_RV fault_on_slot(CK_SLOT_ID, FaultPoint);
CK_RV fault_on_session(CK_SESSION_HANDLE, FaultPoint);
int fault_corrupts(CK_SLOT_ID, FaultPoint);

/* ---- objects.c */
typedef struct {
  CK_ATTRIBUTE_TYPE type;
  CK_ULONG length;
  uint8_t *value;
} Attribute;
typedef struct Object {
  struct Object *next;
  CK_OBJECT_HANDLE handle;
  CK_SESSION_HANDLE owner; /* 0 for a token object */
  char file[16];
  struct timespec modified;
  int stale;
  int attribute_count;
  Attribute attributes[MAX_ATTRIBUTES];
  uint8_t sealed[SEALED_SIZE(32)];
  int has_sealed;
  uint8_t scalar[32]; /* session private keys only */
} Object;
Attribute *attribute_get(const Object *, CK_ATTRIBUTE_TYPE);
CK_RV attribute_set(Object *, CK_ATTRIBUTE_TYPE, const void *, CK_ULONG);
void attribute_set_bool(Object *, CK_ATTRIBUTE_TYPE, CK_BBOOL);
void attribute_set_ulong(Object *, CK_ATTRIBUTE_TYPE, CK_ULONG);
CK_ULONG attribute_ulong(const Object *, CK_ATTRIBUTE_TYPE);
int attribute_bool(const Object *, CK_ATTRIBUTE_TYPE, int fallback);
void object_free(Object *);
void object_clear_attributes(Object *);
int object_point(const Object *, uint8_t xy[64]);
void object_set_point(Object *, const uint8_t xy[64]);
CK_RV object_from_template(Object *, const CK_ATTRIBUTE *, CK_ULONG);

/* ---- store.c: the state directory */
typedef struct {
  int exists, present, reported_present; /* as the control file says; as last told to C_WaitForSlotEvent */
  unsigned epoch;                        /* counts removals: sessions of an earlier epoch are dead */
  Fault faults[FN_COUNT];
  int initialized, user_pin_set, tries, so_tries;
  char label[33], serial[17];
  uint8_t salt[16], user_key[SEALED_SIZE(TOKEN_KEY_SIZE)], so_key[SEALED_SIZE(TOKEN_KEY_SIZE)];
  int login; /* −1 nobody, else CKU_SO or CKU_USER */
  uint8_t token_key[TOKEN_KEY_SIZE];
  Object *objects;
  struct timespec directory_modified;
} Slot;
extern Slot slots[MAX_SLOTS];
extern char state_directory[512];
void store_open(void);
int store_lock(void);
void store_unlock(int);
char *store_read(const char *path);
void token_load(CK_SLOT_ID);
CK_RV token_save(CK_SLOT_ID);
/* Takes over what other processes wrote since the last look. */
void objects_synchronise(CK_SLOT_ID);
void objects_drop(CK_SLOT_ID);
CK_RV object_save(CK_SLOT_ID, Object *);
void object_delete_file(CK_SLOT_ID, const Object *);

/* ---- pin.c */
void seal(const uint8_t key[TOKEN_KEY_SIZE], const void *context, size_t context_length, const uint8_t *plain, size_t length,
          uint8_t *sealed);
int unseal(const uint8_t key[TOKEN_KEY_SIZE], const void *context, size_t context_length, const uint8_t *sealed,
           size_t length, uint8_t *plain);
CK_RV pin_check(CK_SLOT_ID, CK_USER_TYPE, const CK_UTF8CHAR *pin, CK_ULONG length, uint8_t token_key[TOKEN_KEY_SIZE]);
void slot_logout(CK_SLOT_ID);

/* ---- operations.c */
typedef enum { OP_NONE, OP_SIGN, OP_VERIFY, OP_DIGEST } OperationKind;
typedef struct {
  OperationKind kind;
  SignInput input;
  SignFormat format;
  int needs_login, started;
  uint8_t public_key[64], scalar[32];
  Sm3 hash;
} Operation;

/* ---- session.c */
typedef struct Session {
  struct Session *next;
  CK_SESSION_HANDLE handle;
  CK_SLOT_ID slot;
  unsigned epoch;
  CK_FLAGS flags;
  Operation operation;
  CK_OBJECT_HANDLE *found;
  CK_ULONG found_count, found_next;
  int finding;
} Session;
extern Session *sessions;
CK_ULONG next_handle(void);
CK_RV slot_require(CK_SLOT_ID, int with_token);
CK_RV session_require(CK_SESSION_HANDLE, Session **);
Session *session_lookup(CK_SESSION_HANDLE);
int session_counts(const Session *, CK_SLOT_ID);
void sessions_drop_all(void);
Object *session_object(Session *, CK_OBJECT_HANDLE);
int object_visible(const Session *, const Object *);

/* ---- module.c */
extern pthread_mutex_t lock;
extern pthread_cond_t wake;
extern int initialized, waiters;

#define TRY(expression) \
  do { \
    CK_RV try_ = (expression); \
    if (try_ != CKR_OK) return try_; \
  } while (0)
#define LOCKED(expression) \
  do { \
    pthread_mutex_lock(&lock); \
    CK_RV locked_ = (expression); \
    pthread_mutex_unlock(&lock); \
    return locked_; \
  } while (0)
void pad_text(void *field, size_t size, const char *text);
#endif
