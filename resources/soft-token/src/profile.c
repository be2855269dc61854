/*
 * module.conf lets the module pose as a vendor's. Lines "name=value", numbers in hex:
 *   manufacturer=TEXT  keytype=N  keygen=N  sm3=N
 *   point=octetstring|uncompressed|xy          form of CKA_EC_POINT: 04 41 04‖X‖Y, 04‖X‖Y, X‖Y
 *   sign=N digest|message|plain raw|der|blob   one line per signing mechanism, up to eight
 *   pincounter=0|1                             whether the exact number of PIN tries can be read
 */
#include "module.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Profile profile;

static const char DEFAULT_PROFILE[] =
    "manufacturer=Yiqian TEST ONLY\nkeytype=80000001\nkeygen=80000001\nsm3=80000010\n"
    "sign=80000002 digest raw\nsign=80000003 message raw\npoint=octetstring\npincounter=1\n";

static void add_sign_mechanism(const char *value) {
  unsigned long type;
  char input[16] = "", format[16] = "";
  if (profile.sign_count == 8 || sscanf(value, "%lx %15s %15s", &type, input, format) != 3) return;
  profile.sign[profile.sign_count++] = (SignMechanism){
      type,
      !strcmp(input, "digest") ? INPUT_DIGEST : !strcmp(input, "plain") ? INPUT_PLAIN : INPUT_MESSAGE,
      !strcmp(format, "der") ? FORMAT_DER : !strcmp(format, "blob") ? FORMAT_BLOB : FORMAT_RAW};
}

void profile_load(void) {
  char path[600], *rest;
  snprintf(path, sizeof path, "%s/module.conf", state_directory);
  char *text = store_read(path);
  if (!text) text = strdup(DEFAULT_PROFILE);
  memset(&profile, 0, sizeof profile);
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char *value = strchr(line, '=');
    if (line[0] == '#' || !value) continue;
    *value++ = 0;
    if (!strcmp(line, "manufacturer")) snprintf(profile.manufacturer, sizeof profile.manufacturer, "%.32s", value);
    else if (!strcmp(line, "keytype")) profile.key_type = strtoul(value, NULL, 16);
    else if (!strcmp(line, "keygen")) profile.key_pair_generation = strtoul(value, NULL, 16);
    else if (!strcmp(line, "sm3")) profile.sm3 = strtoul(value, NULL, 16);
    else if (!strcmp(line, "pincounter")) profile.pin_counter = atoi(value);
    else if (!strcmp(line, "sign")) add_sign_mechanism(value);
    else if (!strcmp(line, "point"))
      profile.point = !strcmp(value, "octetstring") ? POINT_OCTET_STRING : !strcmp(value, "xy") ? POINT_XY : POINT_UNCOMPRESSED;
  }
  free(text);
}

const SignMechanism *profile_sign_mechanism(CK_MECHANISM_TYPE type) {
  for (int i = 0; i < profile.sign_count; i++)
    if (profile.sign[i].type == type) return &profile.sign[i];
  return NULL;
}
