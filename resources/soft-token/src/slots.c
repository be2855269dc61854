/* What the module tells about itself, its slots, tokens and mechanisms, and the coming and going of tokens. */
#include "module.h"
#include <stdio.h>
#include <string.h>

CK_RV C_GetInfo(CK_INFO *info) {
  if (!info) return CKR_ARGUMENTS_BAD;
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  memset(info, 0, sizeof *info);
  info->cryptokiVersion = (CK_VERSION){2, 40};
  pad_text(info->manufacturerID, 32, profile.manufacturer);
  pad_text(info->libraryDescription, 32, "Yiqian SOFT token, TEST ONLY");
  info->libraryVersion = (CK_VERSION){1, 0};
  return CKR_OK;
}

static CK_RV slot_list(CK_BBOOL with_token, CK_SLOT_ID *list, CK_ULONG *count) {
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  control_read();
  CK_ULONG n = 0;
  for (CK_SLOT_ID i = 0; i < MAX_SLOTS; i++) {
    if (!slots[i].exists || (with_token && !slots[i].present)) continue;
    if (list && n < *count) list[n] = i;
    n++;
  }
  CK_RV rv = list && *count < n ? CKR_BUFFER_TOO_SMALL : CKR_OK;
  *count = n;
  return rv;
}
CK_RV C_GetSlotList(CK_BBOOL with_token, CK_SLOT_ID *list, CK_ULONG *count) {
  if (!count) return CKR_ARGUMENTS_BAD;
  LOCKED(slot_list(with_token, list, count));
}

static CK_RV slot_info(CK_SLOT_ID id, CK_SLOT_INFO *info) {
  TRY(slot_require(id, 0));
  char description[64];
  memset(info, 0, sizeof *info);
  snprintf(description, sizeof description, "Yiqian SOFT slot %lu (TEST ONLY)", id);
  pad_text(info->slotDescription, 64, description);
  pad_text(info->manufacturerID, 32, profile.manufacturer);
  info->flags = CKF_REMOVABLE_DEVICE | (slots[id].present ? CKF_TOKEN_PRESENT : 0);
  return CKR_OK;
}
CK_RV C_GetSlotInfo(CK_SLOT_ID id, CK_SLOT_INFO *info) {
  if (!info) return CKR_ARGUMENTS_BAD;
  LOCKED(slot_info(id, info));
}

static CK_FLAGS token_flags(const Slot *s) {
  CK_FLAGS flags = CKF_RNG | CKF_LOGIN_REQUIRED;
  if (!s->initialized) return flags;
  flags |= CKF_TOKEN_INITIALIZED;
  if (s->user_pin_set) flags |= CKF_USER_PIN_INITIALIZED;
  if (s->tries < PIN_TRIES) flags |= CKF_USER_PIN_COUNT_LOW;
  if (s->tries == 1) flags |= CKF_USER_PIN_FINAL_TRY;
  if (s->tries <= 0) flags |= CKF_USER_PIN_LOCKED;
  if (s->so_tries < PIN_TRIES) flags |= CKF_SO_PIN_COUNT_LOW;
  if (s->so_tries == 1) flags |= CKF_SO_PIN_FINAL_TRY;
  if (s->so_tries <= 0) flags |= CKF_SO_PIN_LOCKED;
  return flags;
}

static CK_RV token_info(CK_SLOT_ID id, CK_TOKEN_INFO *info) {
  TRY(slot_require(id, 1));
  token_load(id); /* another process may have used up tries */
  Slot *s = &slots[id];
  memset(info, 0, sizeof *info);
  pad_text(info->label, 32, s->label);
  pad_text(info->manufacturerID, 32, profile.manufacturer);
  pad_text(info->model, 16, "SOFT-TOKEN SM2");
  pad_text(info->serialNumber, 16, s->serial);
  info->flags = token_flags(s);
  info->ulMaxSessionCount = info->ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE;
  for (Session *x = sessions; x; x = x->next)
    if (session_counts(x, id)) {
      info->ulSessionCount++;
      info->ulRwSessionCount += (x->flags & CKF_RW_SESSION) != 0;
    }
  info->ulMinPinLen = PIN_MIN;
  info->ulMaxPinLen = PIN_MAX;
  info->ulTotalPublicMemory = info->ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION;
  info->ulTotalPrivateMemory = info->ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION;
  info->hardwareVersion = info->firmwareVersion = (CK_VERSION){1, 0};
  memset(info->utcTime, ' ', sizeof info->utcTime);
  return CKR_OK;
}
CK_RV C_GetTokenInfo(CK_SLOT_ID id, CK_TOKEN_INFO *info) {
  if (!info) return CKR_ARGUMENTS_BAD;
  TRY(fault_on_slot(id, FN_INFO));
  LOCKED(token_info(id, info));
}

static CK_RV mechanism_list(CK_SLOT_ID id, CK_MECHANISM_TYPE *list, CK_ULONG *count) {
  TRY(slot_require(id, 1));
  CK_ULONG n = (CK_ULONG)profile.sign_count + 2;
  if (list && *count < n) {
    *count = n;
    return CKR_BUFFER_TOO_SMALL;
  }
  *count = n;
  if (!list) return CKR_OK;
  list[0] = profile.key_pair_generation;
  list[1] = profile.sm3;
  for (int i = 0; i < profile.sign_count; i++) list[2 + i] = profile.sign[i].type;
  return CKR_OK;
}
CK_RV C_GetMechanismList(CK_SLOT_ID id, CK_MECHANISM_TYPE *list, CK_ULONG *count) {
  if (!count) return CKR_ARGUMENTS_BAD;
  LOCKED(mechanism_list(id, list, count));
}

static CK_RV mechanism_info(CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info) {
  const CK_FLAGS curve = CKF_EC_F_P | CKF_EC_OID | CKF_EC_UNCOMPRESS;
  TRY(slot_require(id, 1));
  if (type == profile.key_pair_generation) *info = (CK_MECHANISM_INFO){256, 256, CKF_GENERATE_KEY_PAIR | curve};
  else if (type == profile.sm3) *info = (CK_MECHANISM_INFO){0, 0, CKF_DIGEST};
  else if (profile_sign_mechanism(type)) *info = (CK_MECHANISM_INFO){256, 256, CKF_SIGN | CKF_VERIFY | curve};
  else return CKR_MECHANISM_INVALID;
  return CKR_OK;
}
CK_RV C_GetMechanismInfo(CK_SLOT_ID id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info) {
  if (!info) return CKR_ARGUMENTS_BAD;
  LOCKED(mechanism_info(id, type, info));
}

static CK_RV wait_event(CK_FLAGS flags, CK_SLOT_ID *out) {
  if (!initialized) return CKR_CRYPTOKI_NOT_INITIALIZED;
  CK_RV rv = CKR_OK;
  waiters++;
  for (;;) {
    if (!initialized) { /* C_Finalize ran while we waited */
      rv = CKR_CRYPTOKI_NOT_INITIALIZED;
      break;
    }
    control_read();
    CK_SLOT_ID i = 0;
    while (i < MAX_SLOTS && slots[i].reported_present == slots[i].present) i++;
    if (i < MAX_SLOTS) {
      slots[i].reported_present = slots[i].present;
      *out = i;
      break;
    }
    if (flags & CKF_DONT_BLOCK) {
      rv = CKR_NO_EVENT;
      break;
    }
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 50 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
      until.tv_sec++;
      until.tv_nsec -= 1000000000L;
    }
    pthread_cond_timedwait(&wake, &lock, &until);
  }
  waiters--;
  if (!initialized) pthread_cond_broadcast(&wake);
  return rv;
}
CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved) {
  if (!slot || reserved) return CKR_ARGUMENTS_BAD;
  LOCKED(wait_event(flags, slot));
}
