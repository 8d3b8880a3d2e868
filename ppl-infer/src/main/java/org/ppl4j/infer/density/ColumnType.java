package org.ppl4j.infer.density;

import com.google.common.base.Ascii;

/** What the cells of a column are. */
public enum ColumnType {

  /** Any number. */
  NUMBER,

  /** A whole number, 0 or more. */
  COUNT,

  /** One of some levels. */
  CATEGORY,

  /** A day, or a time of a day, as days since 1970-01-01. */
  DATE;

  /** In small letters, as {@code number}. */
  @Override
  public String toString() {
    return Ascii.toLowerCase(name());
  }
}
