package org.ppl4j.tensor.internal.engine;

import ai.djl.engine.Engine;
import ai.djl.util.Platform;

/** The native library of the engine. */
public final class NativeLibrary {

  private NativeLibrary() {}

  /**
   * Loads it, if it is not there yet.
   *
   * @throws IllegalStateException if that fails; it names the dependency that brings the library
   */
  public static void load() {
    try {
      Engine.getEngine("PyTorch");
    } catch (RuntimeException | LinkageError e) {
      Platform platform = Platform.detectPlatform("pytorch");
      throw new IllegalStateException(
          "the native library of PyTorch %s for %s cannot be loaded (%s); add the dependency"
                  .formatted(platform.getVersion(), platform.getClassifier(), reason(e))
              + " ai.djl.pytorch:pytorch-native-cpu:%s with the classifier %s"
                  .formatted(platform.getVersion(), platform.getClassifier()),
          e);
    }
  }

  /** What went wrong at first, in one line. */
  private static String reason(Throwable thrown) {
    Throwable first = thrown;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first.toString().lines().findFirst().orElse("");
  }
}
