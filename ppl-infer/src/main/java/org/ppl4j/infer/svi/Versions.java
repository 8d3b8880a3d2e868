package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.EnumMap;
import java.util.Map;
import org.ppl4j.tensor.FlatVector;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/** A vector of a store, and what else of it a fit keeps: its average, its best, its last. */
final class Versions implements AutoCloseable {

  private final RunConfig config;
  private final FlatVector now;
  private final Map<Iterate, FlatVector> kept = new EnumMap<>(Iterate.class);
  private int updates;

  Versions(RunConfig config, FlatVector now) {
    this.config = config;
    this.now = now;
  }

  /** Counts an update; returns how many there are. */
  @CanIgnoreReturnValue
  int update() {
    return ++updates;
  }

  /** Moves the average towards the vector as it is. */
  void average(Run run, Averaging averaging) {
    if (averaging.isOn()) {
      FlatVector mean = keeper(Iterate.AVERAGE);
      NDArray a = mean.in(run);
      mean.assign(a.add(now.in(run).sub(a).mul(averaging.weight(updates))));
    }
  }

  /** Keeps the vector as it is. */
  void keep(Run run, Iterate iterate) {
    keeper(iterate).assign(now.in(run));
  }

  private FlatVector keeper(Iterate iterate) {
    return kept.computeIfAbsent(
        iterate, key -> FlatVector.zeros(config, now.size(), GradientDescent.OWNER));
  }

  /**
   * Makes the vector what was kept of an iterate; leaves it as it is if nothing was.
   *
   * @param inStore what it is now
   * @return whether something was kept
   */
  boolean use(Run run, Iterate iterate, Iterate inStore) {
    if (inStore == Iterate.LAST) {
      keep(run, Iterate.LAST);
    }
    FlatVector wanted = kept.get(iterate);
    if (wanted != null) {
      now.assign(wanted.in(run));
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

  void restore(Saved saved) {
    updates = saved.updates();
    saved.kept().forEach((iterate, values) -> keeper(iterate).assign(0, values));
  }

  @Override
  public void close() {
    kept.values().forEach(FlatVector::close);
  }
}
