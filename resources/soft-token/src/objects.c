/* Objects as bags of attributes. */
#include "module.h"
#include <stdlib.h>
#include <string.h>

Attribute *attribute_get(const Object *o, CK_ATTRIBUTE_TYPE type) {
  for (int i = 0; i < o->attribute_count; i++)
    if (o->attributes[i].type == type) return (Attribute *)&o->attributes[i];
  return NULL;
}

CK_RV attribute_set(Object *o, CK_ATTRIBUTE_TYPE type, const void *value, CK_ULONG length) {
  Attribute *a = attribute_get(o, type);
  uint8_t *copy = malloc(length ? length : 1);
  if (!copy) return CKR_HOST_MEMORY;
  if (length) memcpy(copy, value, length);
  if (!a) {
    if (o->attribute_count == MAX_ATTRIBUTES) {
      free(copy);
      return CKR_DEVICE_MEMORY;
    }
    a = &o->attributes[o->attribute_count++];
    *a = (Attribute){.type = type};
  }
  free(a->value);
  a->value = copy;
  a->length = length;
  return CKR_OK;
}
void attribute_set_bool(Object *o, CK_ATTRIBUTE_TYPE type, CK_BBOOL value) { attribute_set(o, type, &value, 1); }
void attribute_set_ulong(Object *o, CK_ATTRIBUTE_TYPE type, CK_ULONG value) { attribute_set(o, type, &value, sizeof value); }

CK_ULONG attribute_ulong(const Object *o, CK_ATTRIBUTE_TYPE type) {
  Attribute *a = attribute_get(o, type);
  CK_ULONG value = CK_UNAVAILABLE_INFORMATION;
  if (a && a->length == sizeof value) memcpy(&value, a->value, sizeof value);
  return value;
}
int attribute_bool(const Object *o, CK_ATTRIBUTE_TYPE type, int fallback) {
  Attribute *a = attribute_get(o, type);
  return a && a->length == 1 ? a->value[0] != 0 : fallback;
}

void object_clear_attributes(Object *o) {
  for (int i = 0; i < o->attribute_count; i++) {
    wipe(o->attributes[i].value, o->attributes[i].length);
    free(o->attributes[i].value);
  }
  o->attribute_count = 0;
  o->has_sealed = 0;
}
void object_free(Object *o) {
  object_clear_attributes(o);
  wipe(o->scalar, sizeof o->scalar);
  free(o);
}

int object_point(const Object *o, uint8_t xy[64]) {
  Attribute *a = attribute_get(o, CKA_EC_POINT);
  if (!a) return 0;
  size_t skip = a->length == 67 && a->value[0] == 4 && a->value[1] == 65 ? 3 : a->length == 65 && a->value[0] == 4 ? 1 : 0;
  if (a->length - skip != 64) return 0;
  memcpy(xy, a->value + skip, 64);
  return 1;
}
void object_set_point(Object *o, const uint8_t xy[64]) {
  uint8_t point[67] = {4, 65, 4};
  size_t skip = profile.point == POINT_OCTET_STRING ? 0 : profile.point == POINT_UNCOMPRESSED ? 2 : 3;
  memcpy(point + 3, xy, 64);
  attribute_set(o, CKA_EC_POINT, point + skip, sizeof point - skip);
}

CK_RV object_from_template(Object *o, const CK_ATTRIBUTE *t, CK_ULONG n) {
  for (CK_ULONG i = 0; i < n; i++) {
    if (t[i].ulValueLen > MAX_ATTRIBUTE_LENGTH || (t[i].ulValueLen && !t[i].pValue)) return CKR_ATTRIBUTE_VALUE_INVALID;
    if (t[i].type == CKA_YQ_SEALED_SCALAR) return CKR_ATTRIBUTE_TYPE_INVALID;
    TRY(attribute_set(o, t[i].type, t[i].pValue, t[i].ulValueLen));
  }
  return CKR_OK;
}
