package org.ppl4j.tensor.internal.engine;

import java.util.List;

/** A module in the engine's script language: methods by name, of values to values. */
final class ScriptModule {

  private final long handle;

  /** Loads one of these methods, each the text of a {@code def}. */
  ScriptModule(List<String> methods) {
    this.handle = NativeValues.load(Archive.of(methods), new int[] {0, -1});
  }

  /** Runs a method; the values are consumed, the result is the caller's. */
  private long run(String method, long... values) {
    try {
      return NativeValues.run(handle, method, values);
    } finally {
      for (long value : values) {
        NativeValues.deleteValue(value);
      }
    }
  }

  /** Runs a method of tensors and values that gives one tensor. */
  long tensor(String method, long... values) {
    long result = run(method, values);
    try {
      return NativeValues.valueToTensor(result);
    } finally {
      NativeValues.deleteValue(result);
    }
  }

  /** Runs a method of tensors and values that gives a truth value. */
  boolean truth(String method, long... values) {
    long result = run(method, values);
    try {
      return NativeValues.valueToBoolean(result);
    } finally {
      NativeValues.deleteValue(result);
    }
  }

  /** Runs a method of tensors and values that gives a list of tensors. */
  long[] tensors(String method, long... values) {
    long result = run(method, values);
    try {
      return NativeValues.valueToTensors(result);
    } finally {
      NativeValues.deleteValue(result);
    }
  }
}
