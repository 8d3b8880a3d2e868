package org.ppl4j.infer.svi;

import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.EnumMap;
import java.util.Map;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A vector of a store, and what else of it a fit keeps: its average, its best, its last. They are
 * in double precision, whatever that of the store, and so they are in files.
 */
final class Versions {

  private final FlatVector now;
  private final Map<Iterate, double[]> kept = new EnumMap<>(Iterate.class);
  private int updates;

  Versions(FlatVector now) {
    this.now = now;
  }

  /** Counts an update; returns how many there are. */
  @CanIgnoreReturnValue
  int update() {
    return ++updates;
  }

  /**
   * Moves the average towards a vector.
   *
   * @param latest of the same size
   */
  void average(Averaging averaging, double[] latest) {
    if (!averaging.isOn()) {
      return;
    }
    double[] mean = kept.computeIfAbsent(Iterate.AVERAGE, key -> new double[latest.length]);
    double weight = averaging.weight(updates);
    for (int i = 0; i < latest.length; i++) {
      mean[i] += weight * (latest[i] - mean[i]);
    }
  }

  /** The same towards the vector as it is. */
  void average(Averaging averaging) {
    if (averaging.isOn()) {
      average(averaging, now.values());
    }
  }

  /** Keeps the vector as it is. */
  void keep(Iterate iterate) {
    kept.put(iterate, now.values());
  }

  /**
   * Makes the vector what was kept of an iterate; leaves it as it is if nothing was.
   *
   * @param inStore what it is now
   * @return whether something was kept
   */
  boolean use(Iterate iterate, Iterate inStore) {
    if (inStore == Iterate.LAST) {
      keep(Iterate.LAST);
    }
    double[] wanted = kept.get(iterate);
    if (wanted != null) {
      now.assign(0, wanted);
    }
    return wanted != null;
  }

  // --- files

  /**
   * Adds the versions to a file as {@code fit/ITERATE/NAME}, their count as {@code
   * fit.updates.NAME}.
   */
  void write(TensorFile.Builder file, String name) {
    file.put("fit.updates." + name, Integer.toString(updates));
    kept.forEach((iterate, vector) -> put(file, "fit/" + iterate + "/" + name, vector));
  }

  static void put(TensorFile.Builder file, String name, double[] vector) {
    file.put(name, FloatType.FLOAT64, new Shape(vector.length), vector);
  }

  /** The versions as a file has them. */
  record Saved(int updates, Map<Iterate, double[]> kept) {

    /**
     * Those of a vector of this size.
     *
     * @throws IllegalArgumentException if the file has others
     */
    static Saved read(FitFile file, String name, long size) {
      Map<Iterate, double[]> kept = new EnumMap<>(Iterate.class);
      for (Iterate iterate : Iterate.values()) {
        String tensor = "fit/" + iterate + "/" + name;
        if (file.has(tensor)) {
          kept.put(iterate, file.tensor(tensor, FloatType.FLOAT64, size));
        }
      }
      return new Saved((int) Math.min(Integer.MAX_VALUE, file.whole("fit.updates." + name)), kept);
    }
  }

  /** As it is now. */
  Saved saved() {
    Map<Iterate, double[]> values = new EnumMap<>(Iterate.class);
    kept.forEach((iterate, vector) -> values.put(iterate, vector.clone()));
    return new Saved(updates, values);
  }

  void restore(Saved saved) {
    updates = saved.updates();
    kept.clear();
    saved.kept().forEach((iterate, values) -> kept.put(iterate, values.clone()));
  }
}
