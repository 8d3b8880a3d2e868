package org.ppl4j;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A site that counts in the log joint: in which plates it is, how much its log probability counts,
 * and where.
 */
abstract sealed class WeightedSite extends Site permits SampleSite {

  private List<Plate> plates = List.of();
  private Map<String, Object> settings = Map.of();
  private Weight weight = new Weight();

  WeightedSite(String name) {
    super(name);
  }

  /** The factor of the log probability: the product of the plates' size / batch and of handlers. */
  public final double scale() {
    return weight.scale();
  }

  /** Booleans that broadcast to the batch: where the log probability counts; null: everywhere. */
  public final @Nullable NDArray mask() {
    return weight.mask();
  }

  /** Whether the log probability counts nowhere. */
  public final boolean isMaskedOut() {
    return weight.isMaskedOut();
  }

  /** The plates around the site, the innermost first. */
  public final List<Plate> plates() {
    return plates;
  }

  /** Settings that handlers left for an inference method. */
  public final Map<String, Object> settings() {
    return settings;
  }

  /** A log probability of this site, masked, summed to a number and scaled. */
  public final NDArray scaledSum(NDArray logProb) {
    return weight.total(logProb);
  }

  /** A log probability of this site, with 0 where the mask is false. */
  final NDArray masked(NDArray logProb) {
    return weight.masked(logProb);
  }

  // --- for handlers

  /** Multiplies the scale. */
  public final void scaleBy(double factor) {
    checkOpen();
    weight.scaleBy(factor);
  }

  /** Lets the log probability count only where these booleans, too, are true. */
  public final void maskBy(NDArray mask) {
    checkOpen();
    weight.maskBy(mask);
  }

  /** Lets the log probability count nowhere. */
  public final void maskOut() {
    checkOpen();
    weight.maskOut();
  }

  /** Leaves a setting for an inference method. */
  public final void set(String key, Object setting) {
    if (settings.isEmpty()) {
      settings = new LinkedHashMap<>();
    }
    settings.put(key, setting);
  }

  /** Puts the site into a plate. */
  final void enter(Plate plate) {
    if (plates.isEmpty()) {
      plates = new ArrayList<>(4);
    }
    plates.add(plate);
    weight.scaleBy(plate.scale());
  }

  // --- for Ppl

  /** Takes the plates, settings and weight of another, beyond its run. */
  final void weighAs(WeightedSite other, Map<String, Plate> copies) {
    plates = other.plates.stream().map(p -> copies.getOrDefault(p.name(), p)).toList();
    settings = other.settings;
    weight = other.weight.detached();
  }
}
