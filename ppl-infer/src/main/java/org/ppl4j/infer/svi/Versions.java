package org.ppl4j.infer.svi;

import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.EnumMap;
import java.util.Map;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/** A vector of a store, and what else of it a fit keeps: its average, its best, its last. */
final class Versions implements AutoCloseable {

  private final RunConfig config;
  private final FlatVector now;
  private final Map<Iterate, FlatVector> kept = new EnumMap<>(Iterate.class);
  private final double[] average;
  private final double[] latest;
  private int updates;

  Versions(RunConfig config, FlatVector now) {
    this.config = config;
    this.now = now;
    this.average = new double[now.part()];
    this.latest = new double[average.length];
  }

  /** Counts an update; returns how many there are. */
  @CanIgnoreReturnValue
  int update() {
    return ++updates;
  }

  /** Moves the average towards the vector as it is. */
  void average(Averaging averaging) {
    if (!averaging.isOn()) {
      return;
    }
    FlatVector mean = keeper(Iterate.AVERAGE);
    double weight = averaging.weight(updates);
    for (int from = 0; from < now.size(); from += average.length) {
      int length = Math.min(average.length, Math.toIntExact(now.size()) - from);
      mean.read(from, average, 0, length);
      now.read(from, latest, 0, length);
      for (int i = 0; i < length; i++) {
        average[i] += weight * (latest[i] - average[i]);
      }
      mean.write(from, average, 0, length);
    }
  }

  /** Keeps the vector as it is. */
  void keep(Iterate iterate) {
    keeper(iterate).assign(0, now.values());
  }

  private FlatVector keeper(Iterate iterate) {
    FlatVector known = kept.get(iterate);
    if (known == null) {
      known = FlatVector.zeros(config, now.size(), GradientDescent.OWNER);
      kept.put(iterate, known);
    }
    return known;
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
    FlatVector wanted = kept.get(iterate);
    if (wanted != null) {
      now.assign(0, wanted.values());
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

  static void put(TensorFile.Builder file, String name, FlatVector vector) {
    file.put(name, vector.floatType(), new Shape(vector.size()), vector.values());
  }

  /** The versions as a file has them. */
  record Saved(int updates, Map<Iterate, double[]> kept) {

    /**
     * Those of a vector of this size.
     *
     * @throws IllegalArgumentException if the file has others
     */
    static Saved read(FitFile file, String name, RunConfig config, long size) {
      Map<Iterate, double[]> kept = new EnumMap<>(Iterate.class);
      for (Iterate iterate : Iterate.values()) {
        String tensor = "fit/" + iterate + "/" + name;
        if (file.has(tensor)) {
          kept.put(iterate, file.tensor(tensor, config.floatType(), size));
        }
      }
      return new Saved((int) Math.min(Integer.MAX_VALUE, file.whole("fit.updates." + name)), kept);
    }
  }

  /** As it is now. */
  Saved saved() {
    Map<Iterate, double[]> values = new EnumMap<>(Iterate.class);
    kept.forEach((iterate, vector) -> values.put(iterate, vector.values()));
    return new Saved(updates, values);
  }

  void restore(Saved saved) {
    updates = saved.updates();
    for (Iterate iterate : Iterate.values()) {
      FlatVector vector = kept.get(iterate);
      if (vector != null && !saved.kept().containsKey(iterate)) {
        kept.remove(iterate);
        vector.close();
      }
    }
    saved.kept().forEach((iterate, values) -> keeper(iterate).assign(0, values));
  }

  @Override
  public void close() {
    kept.values().forEach(FlatVector::close);
  }
}
