package org.ppl4j.tensor;

/** When a program's sites, shapes and values are checked. */
public enum Validation {
  /** At the first run of a program: finds every wrong program and costs later runs nothing. */
  FIRST_RUN,
  /** At every run, values included; for finding a fault that appears late. */
  ALWAYS,
  /** Never. */
  OFF
}
