/*
 * The part of PKCS#11 2.40 that this module speaks: types, constants and the function list, written down from the
 * OASIS standard "PKCS #11 Cryptographic Token Interface Base Specification 2.40" and "... Current Mechanisms".
 * Only public names and numbers; a header of our own keeps the build free of other packages.
 */
#ifndef YIQIAN_PKCS11_H
#define YIQIAN_PKCS11_H

#ifdef _WIN32
#pragma pack(push, 1) /* the standard packs to one byte on Windows and not at all elsewhere */
#endif

typedef unsigned char CK_BYTE, CK_CHAR, CK_UTF8CHAR, CK_BBOOL;
typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_FLAGS, CK_RV, CK_SLOT_ID, CK_SESSION_HANDLE, CK_OBJECT_HANDLE, CK_USER_TYPE, CK_STATE;
typedef CK_ULONG CK_OBJECT_CLASS, CK_KEY_TYPE, CK_ATTRIBUTE_TYPE, CK_MECHANISM_TYPE, CK_NOTIFICATION;
typedef struct { CK_BYTE major, minor; } CK_VERSION;

#define CK_TRUE 1
#define CK_FALSE 0
#define CK_UNAVAILABLE_INFORMATION (~0UL)
#define CK_EFFECTIVELY_INFINITE 0UL

typedef struct {
  CK_VERSION cryptokiVersion;
  CK_UTF8CHAR manufacturerID[32];
  CK_FLAGS flags;
  CK_UTF8CHAR libraryDescription[32];
  CK_VERSION libraryVersion;
} CK_INFO;

typedef struct {
  CK_UTF8CHAR slotDescription[64];
  CK_UTF8CHAR manufacturerID[32];
  CK_FLAGS flags;
  CK_VERSION hardwareVersion, firmwareVersion;
} CK_SLOT_INFO;

typedef struct {
  CK_UTF8CHAR label[32];
  CK_UTF8CHAR manufacturerID[32];
  CK_UTF8CHAR model[16];
  CK_CHAR serialNumber[16];
  CK_FLAGS flags;
  CK_ULONG ulMaxSessionCount, ulSessionCount, ulMaxRwSessionCount, ulRwSessionCount, ulMaxPinLen, ulMinPinLen;
  CK_ULONG ulTotalPublicMemory, ulFreePublicMemory, ulTotalPrivateMemory, ulFreePrivateMemory;
  CK_VERSION hardwareVersion, firmwareVersion;
  CK_CHAR utcTime[16];
} CK_TOKEN_INFO;

typedef struct { CK_SLOT_ID slotID; CK_STATE state; CK_FLAGS flags; CK_ULONG ulDeviceError; } CK_SESSION_INFO;
typedef struct { CK_ATTRIBUTE_TYPE type; void *pValue; CK_ULONG ulValueLen; } CK_ATTRIBUTE;
typedef struct { CK_MECHANISM_TYPE mechanism; void *pParameter; CK_ULONG ulParameterLen; } CK_MECHANISM;
typedef struct { CK_ULONG ulMinKeySize, ulMaxKeySize; CK_FLAGS flags; } CK_MECHANISM_INFO;
typedef CK_RV (*CK_NOTIFY)(CK_SESSION_HANDLE, CK_NOTIFICATION, void *);
typedef struct {
  CK_RV (*CreateMutex)(void **);
  CK_RV (*DestroyMutex)(void *);
  CK_RV (*LockMutex)(void *);
  CK_RV (*UnlockMutex)(void *);
  CK_FLAGS flags;
  void *pReserved;
} CK_C_INITIALIZE_ARGS;

/* Flags */
enum {
  CKF_TOKEN_PRESENT = 1, CKF_REMOVABLE_DEVICE = 2,
  CKF_RNG = 1, CKF_LOGIN_REQUIRED = 4, CKF_USER_PIN_INITIALIZED = 8, CKF_TOKEN_INITIALIZED = 0x400,
  CKF_USER_PIN_COUNT_LOW = 0x10000, CKF_USER_PIN_FINAL_TRY = 0x20000, CKF_USER_PIN_LOCKED = 0x40000,
  CKF_SO_PIN_COUNT_LOW = 0x100000, CKF_SO_PIN_FINAL_TRY = 0x200000, CKF_SO_PIN_LOCKED = 0x400000,
  CKF_RW_SESSION = 2, CKF_SERIAL_SESSION = 4,
  CKF_DIGEST = 0x400, CKF_SIGN = 0x800, CKF_VERIFY = 0x2000, CKF_GENERATE_KEY_PAIR = 0x10000,
  CKF_EC_F_P = 0x100000, CKF_EC_OID = 0x400000, CKF_EC_UNCOMPRESS = 0x1000000,
  CKF_OS_LOCKING_OK = 2, CKF_DONT_BLOCK = 1
};
/* Users and session states */
enum { CKU_SO = 0, CKU_USER = 1, CKU_CONTEXT_SPECIFIC = 2 };
enum { CKS_RO_PUBLIC_SESSION, CKS_RO_USER_FUNCTIONS, CKS_RW_PUBLIC_SESSION, CKS_RW_USER_FUNCTIONS, CKS_RW_SO_FUNCTIONS };
/* Object classes */
enum { CKO_DATA, CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY, CKO_SECRET_KEY, CKO_HW_FEATURE };
/* Attributes */
enum {
  CKA_CLASS = 0x0, CKA_TOKEN = 0x1, CKA_PRIVATE = 0x2, CKA_LABEL = 0x3, CKA_APPLICATION = 0x10, CKA_VALUE = 0x11,
  CKA_CERTIFICATE_TYPE = 0x80, CKA_ISSUER = 0x81, CKA_SERIAL_NUMBER = 0x82, CKA_KEY_TYPE = 0x100, CKA_SUBJECT = 0x101,
  CKA_ID = 0x102, CKA_SENSITIVE = 0x103, CKA_ENCRYPT = 0x104, CKA_DECRYPT = 0x105, CKA_WRAP = 0x106, CKA_UNWRAP = 0x107,
  CKA_SIGN = 0x108, CKA_SIGN_RECOVER = 0x109, CKA_VERIFY = 0x10A, CKA_DERIVE = 0x10C, CKA_EXTRACTABLE = 0x162,
  CKA_LOCAL = 0x163, CKA_NEVER_EXTRACTABLE = 0x164, CKA_ALWAYS_SENSITIVE = 0x165, CKA_MODIFIABLE = 0x170,
  CKA_EC_PARAMS = 0x180, CKA_EC_POINT = 0x181, CKA_ALWAYS_AUTHENTICATE = 0x202, CKA_HW_FEATURE_TYPE = 0x300
};
#define CKM_EC_KEY_PAIR_GEN 0x1040UL

/* Return values */
enum {
  CKR_OK = 0x0, CKR_HOST_MEMORY = 0x2, CKR_SLOT_ID_INVALID = 0x3, CKR_GENERAL_ERROR = 0x5, CKR_FUNCTION_FAILED = 0x6,
  CKR_ARGUMENTS_BAD = 0x7, CKR_NO_EVENT = 0x8, CKR_CANT_LOCK = 0xA, CKR_ATTRIBUTE_READ_ONLY = 0x10,
  CKR_ATTRIBUTE_SENSITIVE = 0x11, CKR_ATTRIBUTE_TYPE_INVALID = 0x12, CKR_ATTRIBUTE_VALUE_INVALID = 0x13,
  CKR_DATA_LEN_RANGE = 0x21, CKR_DEVICE_ERROR = 0x30, CKR_DEVICE_MEMORY = 0x31, CKR_DEVICE_REMOVED = 0x32,
  CKR_FUNCTION_NOT_PARALLEL = 0x51, CKR_FUNCTION_NOT_SUPPORTED = 0x54, CKR_KEY_HANDLE_INVALID = 0x60,
  CKR_KEY_TYPE_INCONSISTENT = 0x63, CKR_KEY_FUNCTION_NOT_PERMITTED = 0x68, CKR_MECHANISM_INVALID = 0x70,
  CKR_MECHANISM_PARAM_INVALID = 0x71, CKR_OBJECT_HANDLE_INVALID = 0x82, CKR_OPERATION_ACTIVE = 0x90,
  CKR_OPERATION_NOT_INITIALIZED = 0x91, CKR_PIN_INCORRECT = 0xA0, CKR_PIN_LEN_RANGE = 0xA2, CKR_PIN_LOCKED = 0xA4,
  CKR_SESSION_HANDLE_INVALID = 0xB3, CKR_SESSION_PARALLEL_NOT_SUPPORTED = 0xB4, CKR_SESSION_READ_ONLY = 0xB5,
  CKR_SESSION_EXISTS = 0xB6, CKR_SESSION_READ_ONLY_EXISTS = 0xB7, CKR_SESSION_READ_WRITE_SO_EXISTS = 0xB8,
  CKR_SIGNATURE_INVALID = 0xC0, CKR_SIGNATURE_LEN_RANGE = 0xC1, CKR_TEMPLATE_INCOMPLETE = 0xD0,
  CKR_TOKEN_NOT_PRESENT = 0xE0, CKR_TOKEN_NOT_RECOGNIZED = 0xE1, CKR_USER_ALREADY_LOGGED_IN = 0x100,
  CKR_USER_NOT_LOGGED_IN = 0x101, CKR_USER_PIN_NOT_INITIALIZED = 0x102, CKR_USER_TYPE_INVALID = 0x103,
  CKR_USER_ANOTHER_ALREADY_LOGGED_IN = 0x104, CKR_RANDOM_SEED_NOT_SUPPORTED = 0x120, CKR_DOMAIN_PARAMS_INVALID = 0x130,
  CKR_BUFFER_TOO_SMALL = 0x150, CKR_CRYPTOKI_NOT_INITIALIZED = 0x190, CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191
};

/* Every function in the order of CK_FUNCTION_LIST; X(name, parameters) is expanded below and in module.c. */
typedef struct CK_FUNCTION_LIST CK_FUNCTION_LIST;
#define SESSION CK_SESSION_HANDLE
#define OBJECT CK_OBJECT_HANDLE
#define CK_FUNCTIONS(X) \
  X(C_Initialize, (void *)) X(C_Finalize, (void *)) X(C_GetInfo, (CK_INFO *)) X(C_GetFunctionList, (CK_FUNCTION_LIST **)) \
  X(C_GetSlotList, (CK_BBOOL, CK_SLOT_ID *, CK_ULONG *)) X(C_GetSlotInfo, (CK_SLOT_ID, CK_SLOT_INFO *)) \
  X(C_GetTokenInfo, (CK_SLOT_ID, CK_TOKEN_INFO *)) X(C_GetMechanismList, (CK_SLOT_ID, CK_MECHANISM_TYPE *, CK_ULONG *)) \
  X(C_GetMechanismInfo, (CK_SLOT_ID, CK_MECHANISM_TYPE, CK_MECHANISM_INFO *)) \
  X(C_InitToken, (CK_SLOT_ID, CK_UTF8CHAR *, CK_ULONG, CK_UTF8CHAR *)) X(C_InitPIN, (SESSION, CK_UTF8CHAR *, CK_ULONG)) \
  X(C_SetPIN, (SESSION, CK_UTF8CHAR *, CK_ULONG, CK_UTF8CHAR *, CK_ULONG)) \
  X(C_OpenSession, (CK_SLOT_ID, CK_FLAGS, void *, CK_NOTIFY, SESSION *)) X(C_CloseSession, (SESSION)) \
  X(C_CloseAllSessions, (CK_SLOT_ID)) X(C_GetSessionInfo, (SESSION, CK_SESSION_INFO *)) \
  X(C_GetOperationState, (SESSION, CK_BYTE *, CK_ULONG *)) \
  X(C_SetOperationState, (SESSION, CK_BYTE *, CK_ULONG, OBJECT, OBJECT)) \
  X(C_Login, (SESSION, CK_USER_TYPE, CK_UTF8CHAR *, CK_ULONG)) X(C_Logout, (SESSION)) \
  X(C_CreateObject, (SESSION, CK_ATTRIBUTE *, CK_ULONG, OBJECT *)) \
  X(C_CopyObject, (SESSION, OBJECT, CK_ATTRIBUTE *, CK_ULONG, OBJECT *)) X(C_DestroyObject, (SESSION, OBJECT)) \
  X(C_GetObjectSize, (SESSION, OBJECT, CK_ULONG *)) X(C_GetAttributeValue, (SESSION, OBJECT, CK_ATTRIBUTE *, CK_ULONG)) \
  X(C_SetAttributeValue, (SESSION, OBJECT, CK_ATTRIBUTE *, CK_ULONG)) \
  X(C_FindObjectsInit, (SESSION, CK_ATTRIBUTE *, CK_ULONG)) X(C_FindObjects, (SESSION, OBJECT *, CK_ULONG, CK_ULONG *)) \
  X(C_FindObjectsFinal, (SESSION)) X(C_EncryptInit, (SESSION, CK_MECHANISM *, OBJECT)) \
  X(C_Encrypt, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_EncryptUpdate, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_EncryptFinal, (SESSION, CK_BYTE *, CK_ULONG *)) X(C_DecryptInit, (SESSION, CK_MECHANISM *, OBJECT)) \
  X(C_Decrypt, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_DecryptUpdate, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_DecryptFinal, (SESSION, CK_BYTE *, CK_ULONG *)) X(C_DigestInit, (SESSION, CK_MECHANISM *)) \
  X(C_Digest, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) X(C_DigestUpdate, (SESSION, CK_BYTE *, CK_ULONG)) \
  X(C_DigestKey, (SESSION, OBJECT)) X(C_DigestFinal, (SESSION, CK_BYTE *, CK_ULONG *)) \
  X(C_SignInit, (SESSION, CK_MECHANISM *, OBJECT)) X(C_Sign, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_SignUpdate, (SESSION, CK_BYTE *, CK_ULONG)) X(C_SignFinal, (SESSION, CK_BYTE *, CK_ULONG *)) \
  X(C_SignRecoverInit, (SESSION, CK_MECHANISM *, OBJECT)) \
  X(C_SignRecover, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_VerifyInit, (SESSION, CK_MECHANISM *, OBJECT)) X(C_Verify, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG)) \
  X(C_VerifyUpdate, (SESSION, CK_BYTE *, CK_ULONG)) X(C_VerifyFinal, (SESSION, CK_BYTE *, CK_ULONG)) \
  X(C_VerifyRecoverInit, (SESSION, CK_MECHANISM *, OBJECT)) \
  X(C_VerifyRecover, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_DigestEncryptUpdate, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_DecryptDigestUpdate, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_SignEncryptUpdate, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_DecryptVerifyUpdate, (SESSION, CK_BYTE *, CK_ULONG, CK_BYTE *, CK_ULONG *)) \
  X(C_GenerateKey, (SESSION, CK_MECHANISM *, CK_ATTRIBUTE *, CK_ULONG, OBJECT *)) \
  X(C_GenerateKeyPair, \
    (SESSION, CK_MECHANISM *, CK_ATTRIBUTE *, CK_ULONG, CK_ATTRIBUTE *, CK_ULONG, OBJECT *, OBJECT *)) \
  X(C_WrapKey, (SESSION, CK_MECHANISM *, OBJECT, OBJECT, CK_BYTE *, CK_ULONG *)) \
  X(C_UnwrapKey, (SESSION, CK_MECHANISM *, OBJECT, CK_BYTE *, CK_ULONG, CK_ATTRIBUTE *, CK_ULONG, OBJECT *)) \
  X(C_DeriveKey, (SESSION, CK_MECHANISM *, OBJECT, CK_ATTRIBUTE *, CK_ULONG, OBJECT *)) \
  X(C_SeedRandom, (SESSION, CK_BYTE *, CK_ULONG)) X(C_GenerateRandom, (SESSION, CK_BYTE *, CK_ULONG)) \
  X(C_GetFunctionStatus, (SESSION)) X(C_CancelFunction, (SESSION)) \
  X(C_WaitForSlotEvent, (CK_FLAGS, CK_SLOT_ID *, void *))

#define X(name, parameters) CK_RV name parameters;
CK_FUNCTIONS(X)
#undef X

struct CK_FUNCTION_LIST {
  CK_VERSION version;
#define X(name, parameters) CK_RV(*name) parameters;
  CK_FUNCTIONS(X)
#undef X
};

#ifdef _WIN32
#pragma pack(pop)
#endif
#endif
