/*
 * The control file, read again whenever it changes:
 *   slotN.present=0|1                 pulls the token out, puts it back
 *   slotN[.FUNCTION].delay_ms=N       the call takes N ms longer; a removal meanwhile is noticed at its end
 *   slotN[.FUNCTION].fail=HEX         the call answers this CKR
 *   slotN[.FUNCTION].crash=1          SIGSEGV
 *   slotN[.FUNCTION].hang=1           the call never comes back
 *   slotN[.FUNCTION].corrupt=1        (sign) one bit of the signature is turned
 *   slotN[.FUNCTION].after=N          the fault strikes from call N+1 on
 *   slotN[.FUNCTION].times=N          and only N times
 * FUNCTION is one of the names below; without it every function of the slot is meant.
 */
#include "module.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const NAMES[FN_COUNT] = {"any", "info", "open", "login", "logout", "find", "get", "set", "create", "destroy",
                                            "keygen", "signinit", "sign", "verify", "digest", "random", "inittoken", "initpin",
                                            "setpin"};
static struct timespec control_modified;
static off_t control_size = -1;
static ino_t control_inode;

static void apply_fault(Fault *f, const char *key, const char *value) {
  if (!strcmp(key, "delay_ms")) f->delay_ms = atoi(value);
  else if (!strcmp(key, "fail")) f->fail = strtoul(value, NULL, 16);
  else if (!strcmp(key, "crash")) f->crash = atoi(value);
  else if (!strcmp(key, "hang")) f->hang = atoi(value);
  else if (!strcmp(key, "corrupt")) f->corrupt = atoi(value);
  else if (!strcmp(key, "after")) f->after = atoi(value);
  else if (!strcmp(key, "times")) f->times = atoi(value);
}

static void apply_line(const char *line) {
  unsigned n;
  char function[16] = "any", key[16], value[32];
  if (sscanf(line, "slot%u.%15[a-z].%15[a-z_]=%31s", &n, function, key, value) != 4) {
    strcpy(function, "any");
    if (sscanf(line, "slot%u.%15[a-z_]=%31s", &n, key, value) != 3) return;
  }
  if (n >= MAX_SLOTS) return;
  if (!strcmp(key, "present")) slots[n].present = slots[n].exists && atoi(value);
  for (int i = 0; i < FN_COUNT; i++)
    if (!strcmp(NAMES[i], function)) apply_fault(&slots[n].faults[i], key, value);
}

void control_forget(void) { control_size = -1; }

void control_read(void) {
  char path[600], *rest;
  struct stat st;
  snprintf(path, sizeof path, "%s/control", state_directory);
  if (stat(path, &st)) memset(&st, 0, sizeof st);
  if (st.st_size == control_size && st.st_ino == control_inode && st.st_mtim.tv_sec == control_modified.tv_sec &&
      st.st_mtim.tv_nsec == control_modified.tv_nsec)
    return;
  control_size = st.st_size;
  control_inode = st.st_ino;
  control_modified = st.st_mtim;
  int was_present[MAX_SLOTS];
  for (int i = 0; i < MAX_SLOTS; i++) {
    was_present[i] = slots[i].present;
    slots[i].present = slots[i].exists;
    memset(slots[i].faults, 0, sizeof slots[i].faults);
  }
  char *text = store_read(path);
  if (text)
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) apply_line(line);
  free(text);
  for (CK_SLOT_ID i = 0; i < MAX_SLOTS; i++)
    if (was_present[i] && !slots[i].present) {
      slot_logout(i);
      slots[i].epoch++;
    }
}

static int strikes(Fault *f) {
  if (f->after > 0) { f->after--; return 0; }
  if (f->times > 0 && --f->times == 0) f->times = -1; /* this is the last one */
  else if (f->times < 0) return 0;
  return 1;
}

static CK_RV misbehave(const Fault *f) {
  if (f->delay_ms > 0) {
    struct timespec t = {f->delay_ms / 1000, (f->delay_ms % 1000) * 1000000L};
    nanosleep(&t, NULL);
  }
  if (f->crash) raise(SIGSEGV);
  while (f->hang) pause();
  return f->fail;
}

CK_RV fault_on_slot(CK_SLOT_ID id, FaultPoint point) {
  if (id >= MAX_SLOTS) return CKR_OK;
  Fault found[2];
  int count = 0;
  pthread_mutex_lock(&lock);
  if (initialized) {
    control_read();
    FaultPoint points[2] = {point, FN_ANY};
    for (int i = 0; i < 2; i++) {
      Fault *f = &slots[id].faults[points[i]];
      if ((f->delay_ms || f->crash || f->hang || f->fail) && strikes(f)) found[count++] = *f;
    }
  }
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < count; i++) TRY(misbehave(&found[i]));
  return CKR_OK;
}

CK_RV fault_on_session(CK_SESSION_HANDLE handle, FaultPoint point) {
  pthread_mutex_lock(&lock);
  Session *s = initialized ? session_lookup(handle) : NULL;
  CK_SLOT_ID id = s ? s->slot : MAX_SLOTS;
  pthread_mutex_unlock(&lock);
  return fault_on_slot(id, point);
}

int fault_corrupts(CK_SLOT_ID id, FaultPoint point) {
  Fault *f = &slots[id].faults[point];
  return f->corrupt && strikes(f);
}
