/*
 * The state directory, $YIQIAN_SOFT_TOKEN_DIR (default $HOME/.yiqian-soft-token):
 *   slotN/token.conf      identity, PIN counters, salt, the token key sealed under user PIN and SO PIN
 *   slotN/XXXXXXXX.obj    one object: lines "attribute-type value", both hex
 *   lock                  flock between processes
 * Every write goes to a temporary file, is synced and renamed, so that a crash never leaves half a file.
 */
#include "module.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

Slot slots[MAX_SLOTS];
char state_directory[512];

static void slot_path(char *out, size_t size, CK_SLOT_ID id, const char *name) {
  snprintf(out, size, "%s/slot%lu/%s", state_directory, id, name);
}

void store_open(void) {
  const char *directory = getenv("YIQIAN_SOFT_TOKEN_DIR"), *home = getenv("HOME");
  if (directory && *directory) snprintf(state_directory, sizeof state_directory, "%s", directory);
  else snprintf(state_directory, sizeof state_directory, "%s/.yiqian-soft-token", home ? home : ".");
  mkdir(state_directory, 0700);
  for (CK_SLOT_ID i = 0; i < MAX_SLOTS; i++) {
    char path[600];
    struct stat st;
    Slot fresh = {.login = -1, .exists = slots[i].exists, .present = slots[i].present};
    int was_there = slots[i].exists;
    /* Faults outlive C_Finalize: "strike once" means once, even when the caller starts the module afresh because of it. */
    memcpy(fresh.faults, slots[i].faults, sizeof fresh.faults);
    slots[i] = fresh;
    snprintf(path, sizeof path, "%s/slot%lu", state_directory, i);
    if (i == 0) mkdir(path, 0700); /* there is always one slot, if need be with a blank token */
    slots[i].exists = !stat(path, &st) && S_ISDIR(st.st_mode);
    if (slots[i].exists != was_there) control_forget();
    if (!slots[i].exists) continue;
    token_load(i);
    objects_synchronise(i);
  }
}

int store_lock(void) {
  char path[600];
  snprintf(path, sizeof path, "%s/lock", state_directory);
  int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) flock(fd, LOCK_EX);
  return fd;
}
void store_unlock(int fd) {
  if (fd >= 0) close(fd);
}

char *store_read(const char *path) {
  FILE *f = fopen(path, "re");
  if (!f) return NULL;
  size_t size = 1 << 17;
  char *text = malloc(size);
  size_t n = text ? fread(text, 1, size - 1, f) : 0;
  fclose(f);
  if (text) text[n] = 0;
  return text;
}

static FILE *write_begin(const char *path, char *temporary, size_t size) {
  snprintf(temporary, size, "%s.tmp%d", path, (int)getpid());
  int fd = open(temporary, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  return fd < 0 ? NULL : fdopen(fd, "w");
}
static CK_RV write_end(FILE *f, const char *temporary, const char *path) {
  int failed = fflush(f) || fsync(fileno(f));
  failed |= fclose(f);
  if (failed || rename(temporary, path)) {
    unlink(temporary);
    return CKR_DEVICE_MEMORY;
  }
  return CKR_OK;
}

static void write_hex(FILE *f, const uint8_t *p, size_t n) {
  while (n--) fprintf(f, "%02x", *p++);
}
static int nibble(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }
/* Gives the number of bytes, or −1 when the text is not hex. */
static int read_hex(const char *text, uint8_t *out, size_t max) {
  size_t n = 0;
  for (; text[0] && text[1]; text += 2, n++) {
    int high = nibble(text[0]), low = nibble(text[1]);
    if (high < 0 || low < 0 || n == max) return -1;
    out[n] = (uint8_t)(high << 4 | low);
  }
  return text[0] ? -1 : (int)n;
}

CK_RV token_save(CK_SLOT_ID id) {
  Slot *s = &slots[id];
  char path[600], temporary[640];
  slot_path(path, sizeof path, id, "token.conf");
  FILE *f = write_begin(path, temporary, sizeof temporary);
  if (!f) return CKR_DEVICE_MEMORY;
  fprintf(f, "label=%s\nserial=%s\ntries=%d\nso_tries=%d\nuser_pin_set=%d\nsalt=", s->label, s->serial, s->tries, s->so_tries,
          s->user_pin_set);
  write_hex(f, s->salt, sizeof s->salt);
  fputs("\nuser_key=", f);
  write_hex(f, s->user_key, sizeof s->user_key);
  fputs("\nso_key=", f);
  write_hex(f, s->so_key, sizeof s->so_key);
  fputc('\n', f);
  return write_end(f, temporary, path);
}

void token_load(CK_SLOT_ID id) {
  Slot *s = &slots[id];
  char path[600], *rest;
  slot_path(path, sizeof path, id, "token.conf");
  char *text = store_read(path);
  s->initialized = text != NULL;
  if (!text) return;
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *value = strchr(line, '=');
    if (!value) continue;
    *value++ = 0;
    if (!strcmp(line, "label")) snprintf(s->label, sizeof s->label, "%.32s", value);
    else if (!strcmp(line, "serial")) snprintf(s->serial, sizeof s->serial, "%.16s", value);
    else if (!strcmp(line, "tries")) s->tries = atoi(value);
    else if (!strcmp(line, "so_tries")) s->so_tries = atoi(value);
    else if (!strcmp(line, "user_pin_set")) s->user_pin_set = atoi(value);
    else if (!strcmp(line, "salt")) read_hex(value, s->salt, sizeof s->salt);
    else if (!strcmp(line, "user_key")) read_hex(value, s->user_key, sizeof s->user_key);
    else if (!strcmp(line, "so_key")) read_hex(value, s->so_key, sizeof s->so_key);
  }
  free(text);
}

CK_RV object_save(CK_SLOT_ID id, Object *o) {
  char path[600], temporary[640];
  struct stat st;
  slot_path(path, sizeof path, id, o->file);
  FILE *f = write_begin(path, temporary, sizeof temporary);
  if (!f) return CKR_DEVICE_MEMORY;
  for (int i = 0; i < o->attribute_count; i++) {
    fprintf(f, "%lx ", o->attributes[i].type);
    write_hex(f, o->attributes[i].value, o->attributes[i].length);
    fputc('\n', f);
  }
  if (o->has_sealed) {
    fprintf(f, "%lx ", CKA_YQ_SEALED_SCALAR);
    write_hex(f, o->sealed, sizeof o->sealed);
    fputc('\n', f);
  }
  TRY(write_end(f, temporary, path));
  if (!stat(path, &st)) o->modified = st.st_mtim;
  return CKR_OK;
}

void object_delete_file(CK_SLOT_ID id, const Object *o) {
  char path[600];
  slot_path(path, sizeof path, id, o->file);
  unlink(path);
}

static void object_load(Object *o, const char *path) {
  char *text = store_read(path), *rest;
  uint8_t *value = malloc(MAX_ATTRIBUTE_LENGTH);
  if (text && value)
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
      char *hex = strchr(line, ' ');
      int n = hex ? read_hex(hex + 1, value, MAX_ATTRIBUTE_LENGTH) : -1;
      if (n < 0) continue;
      CK_ATTRIBUTE_TYPE type = strtoul(line, NULL, 16);
      if (type != CKA_YQ_SEALED_SCALAR) attribute_set(o, type, value, (CK_ULONG)n);
      else if (n == (int)sizeof o->sealed) {
        memcpy(o->sealed, value, sizeof o->sealed);
        o->has_sealed = 1;
      }
    }
  free(value);
  free(text);
}

static int same_time(struct timespec a, struct timespec b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

void objects_synchronise(CK_SLOT_ID id) {
  Slot *s = &slots[id];
  char directory[600], path[900];
  struct stat st;
  snprintf(directory, sizeof directory, "%s/slot%lu", state_directory, id);
  if (stat(directory, &st) || same_time(st.st_mtim, s->directory_modified)) return;
  s->directory_modified = st.st_mtim;
  DIR *d = opendir(directory);
  if (!d) return;
  for (Object *o = s->objects; o; o = o->next) o->stale = o->file[0] != 0;
  for (struct dirent *entry; (entry = readdir(d));) {
    size_t length = strlen(entry->d_name);
    if (length != 12 || strcmp(entry->d_name + 8, ".obj")) continue;
    snprintf(path, sizeof path, "%s/%.12s", directory, entry->d_name);
    if (stat(path, &st)) continue;
    Object *o = s->objects;
    while (o && strcmp(o->file, entry->d_name)) o = o->next;
    if (!o) {
      o = calloc(1, sizeof *o);
      if (!o) continue;
      o->handle = next_handle();
      snprintf(o->file, sizeof o->file, "%.12s", entry->d_name);
      o->next = s->objects;
      s->objects = o;
    } else if (same_time(st.st_mtim, o->modified)) {
      o->stale = 0;
      continue;
    }
    object_clear_attributes(o);
    object_load(o, path);
    o->modified = st.st_mtim;
    o->stale = 0;
  }
  closedir(d);
  for (Object **p = &s->objects; *p;) {
    Object *o = *p;
    if (!o->stale) { p = &o->next; continue; }
    *p = o->next;
    object_free(o);
  }
}

void objects_drop(CK_SLOT_ID id) {
  for (Object *o = slots[id].objects, *next; o; o = next) {
    next = o->next;
    object_free(o);
  }
  slots[id].objects = NULL;
  slots[id].directory_modified = (struct timespec){0, 0};
}
