package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import org.ppl4j.tensor.Tensors;

/** The mean of a function of |x − y| / s over bandwidths s. */
final class RadialKernel implements Kernel {

  /** Bandwidths as multiples of the median distance. */
  private static final double[] OF_MEDIAN = {0.125, 0.25, 0.5, 1, 2};

  /** So many rows are enough for a median of distances. */
  private static final int ENOUGH_ROWS = 500;

  private enum Profile {
    GAUSSIAN("gaussian") {
      @Override
      NDArray of(NDArray squared, double bandwidth) {
        return squared.mul(-0.5 / (bandwidth * bandwidth)).exp();
      }
    },
    INVERSE_MULTIQUADRIC("inverse multiquadric") {
      @Override
      NDArray of(NDArray squared, double bandwidth) {
        double square = bandwidth * bandwidth;
        return Tensors.run(squared).scalar(square).div(squared.add(square));
      }
    };

    private final String words;

    Profile(String words) {
      this.words = words;
    }

    /** Of squared distances. */
    abstract NDArray of(NDArray squared, double bandwidth);
  }

  private final Profile profile;
  private final ImmutableDoubleArray bandwidths; // none: by the median

  private RadialKernel(Profile profile, ImmutableDoubleArray bandwidths) {
    this.profile = profile;
    this.bandwidths = bandwidths;
  }

  static RadialKernel gaussian(double... bandwidths) {
    return of(Profile.GAUSSIAN, bandwidths);
  }

  static RadialKernel gaussian() {
    return new RadialKernel(Profile.GAUSSIAN, ImmutableDoubleArray.of());
  }

  static RadialKernel inverseMultiquadric(double... bandwidths) {
    return of(Profile.INVERSE_MULTIQUADRIC, bandwidths);
  }

  static RadialKernel inverseMultiquadric() {
    return new RadialKernel(Profile.INVERSE_MULTIQUADRIC, ImmutableDoubleArray.of());
  }

  private static RadialKernel of(Profile profile, double... bandwidths) {
    checkArgument(
        bandwidths.length > 0, "%s kernel has no bandwidth, but needs at least 1", profile.words);
    for (double bandwidth : bandwidths) {
      checkArgument(
          bandwidth > 0 && Double.isFinite(bandwidth),
          "%s kernel has bandwidth %s, but it must be positive and finite",
          profile.words,
          bandwidth);
    }
    return new RadialKernel(profile, ImmutableDoubleArray.copyOf(bandwidths));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if its bandwidths are those of data, and there were none
   */
  @Override
  public NDArray between(NDArray x, NDArray y) {
    if (bandwidths.isEmpty()) {
      throw new IllegalStateException(
          "%s kernel takes its bandwidths from data, but has seen none; call fitted(rows, columns)"
                  .formatted(profile.words)
              + " first, or give it bandwidths");
    }
    NDArray squared = DistanceKernel.squared(x, y);
    NDArray sum = profile.of(squared, bandwidths.get(0));
    for (int i = 1; i < bandwidths.length(); i++) {
      sum = sum.add(profile.of(squared, bandwidths.get(i)));
    }
    return sum.div(bandwidths.length());
  }

  /**
   * With its bandwidths, if it has none.
   *
   * @throws IllegalArgumentException if no two rows differ
   */
  @Override
  public Kernel fitted(double[] rows, int columns) {
    if (!bandwidths.isEmpty()) {
      return this;
    }
    double median = medianDistance(rows, columns);
    return of(profile, Arrays.stream(OF_MEDIAN).map(multiple -> multiple * median).toArray());
  }

  /** Of pairs of rows that differ, among the first ones. */
  private double medianDistance(double[] rows, int columns) {
    int count = Math.min(ENOUGH_ROWS, rows.length / columns);
    double[] squares = new double[count * (count - 1) / 2];
    int found = 0;
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        double square = 0;
        for (int k = 0; k < columns; k++) {
          double difference = rows[i * columns + k] - rows[j * columns + k];
          square += difference * difference;
        }
        if (square > 0) {
          squares[found++] = square;
        }
      }
    }
    checkArgument(
        found > 0,
        "%s kernel takes its bandwidths from %s rows, but no two of them differ; give it bandwidths",
        profile.words,
        count);
    Arrays.sort(squares, 0, found);
    return Math.sqrt(squares[found / 2]);
  }

  @Override
  public String toString() {
    return bandwidths.isEmpty()
        ? profile.words + " kernel"
        : profile.words + " kernel of bandwidths " + bandwidths;
  }
}
