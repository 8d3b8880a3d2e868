package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/** The initialisers of {@link Initializer}. */
final class Initializers {

  /** How many draws a median is taken of: as many as Pyro's. */
  private static final int MEDIAN_DRAWS = 15;

  /** Where Stan starts. */
  static final Initializer STAN = new Uniform(2);

  static final Initializer DISPERSED = new Dispersed(STAN);

  static final Initializer FEASIBLE =
      new Initializer() {
        @Override
        public NDArray value(SampleSite site, Run run, Rng rng) {
          return constrained(site, run.zeros(unconstrainedShape(site)));
        }

        @Override
        public String toString() {
          return "feasible";
        }
      };

  static final Initializer MEDIAN =
      new Initializer() {
        @Override
        public NDArray value(SampleSite site, Run run, Rng rng) {
          Distribution distribution = site.distribution();
          if (distribution.eventShape().dimension() > 0) {
            return FEASIBLE.value(site, run, rng);
          }
          double[][] draws = new double[MEDIAN_DRAWS][];
          for (int i = 0; i < MEDIAN_DRAWS; i++) {
            draws[i] = Tensors.values(drawn(site, run, rng.split(i)));
          }
          double[] medians = new double[draws[0].length];
          double[] column = new double[MEDIAN_DRAWS];
          for (int i = 0; i < medians.length; i++) {
            for (int draw = 0; draw < MEDIAN_DRAWS; draw++) {
              column[draw] = draws[draw][i];
            }
            Arrays.sort(column);
            medians[i] = column[MEDIAN_DRAWS / 2];
          }
          return run.create(medians, shape(site));
        }

        @Override
        public String toString() {
          return "median of " + MEDIAN_DRAWS + " prior draws";
        }
      };

  /** Another with other noise. */
  record OtherNoise(Initializer each, UnaryOperator<Rng> noise) implements Initializer {

    @Override
    public NDArray value(SampleSite site, Run run, Rng rng) {
      return each.value(site, run, noise.apply(rng));
    }

    @Override
    public int attempts() {
      return each.attempts();
    }

    @Override
    public Initializer attempt(int number) {
      return new OtherNoise(each.attempt(number), noise);
    }

    @Override
    public boolean takesBest() {
      return each.takesBest();
    }

    @Override
    public String toString() {
      return each.toString();
    }
  }

  static final Initializer MEAN =
      new Initializer() {
        @Override
        public NDArray value(SampleSite site, Run run, Rng rng) {
          NDArray mean;
          try {
            mean = run.bind(site.distribution().mean());
          } catch (UnsupportedOperationException noFormula) {
            return MEDIAN.value(site, run, rng);
          }
          boolean finite = Arrays.stream(Tensors.values(mean)).allMatch(Double::isFinite);
          return finite && isMember(site, mean) ? mean : MEDIAN.value(site, run, rng);
        }

        @Override
        public String toString() {
          return "prior mean";
        }
      };

  private Initializers() {}

  /** A draw; of a flat prior, which has none, {@link Uniform}'s. */
  private static NDArray drawn(SampleSite site, Run run, Rng rng) {
    try {
      return site.distribution().draw(rng).value();
    } catch (UnsupportedOperationException noDraws) {
      return STAN.value(site, run, rng);
    }
  }

  /** Whether a value is in the support; the mean of factors of matrices is not, for one. */
  static boolean isMember(SampleSite site, NDArray value) {
    NDArray members = site.distribution().support().check(value);
    return Arrays.stream(Tensors.values(Tensors.cast(members, DataType.INT64)))
        .allMatch(member -> member == 1);
  }

  /** Draws of the model. */
  record Sample(int draws) implements Initializer {

    @Override
    public NDArray value(SampleSite site, Run run, Rng rng) {
      return drawn(site, run, rng);
    }

    @Override
    public int attempts() {
      return draws;
    }

    @Override
    public boolean takesBest() {
      return true;
    }

    @Override
    public String toString() {
      return "best of " + draws + " prior draws";
    }
  }

  /** Uniform in unconstrained space; a draw where there is none, as of discrete sites. */
  record Uniform(double radius) implements Initializer {

    private static final int ATTEMPTS = 100;

    /** So many attempts are made before the radius is made smaller. */
    private static final int WIDE = ATTEMPTS / 2;

    @Override
    public NDArray value(SampleSite site, Run run, Rng rng) {
      if (site.distribution().support().isDiscrete()) {
        return site.distribution().draw(rng).value();
      }
      NDArray unit = rng.uniform(run, unconstrainedShape(site));
      return constrained(site, unit.mul(2 * radius).sub(radius));
    }

    @Override
    public int attempts() {
      return ATTEMPTS;
    }

    @Override
    public Initializer attempt(int number) {
      return number < WIDE ? this : new Uniform(Math.scalb(radius, WIDE - 1 - number));
    }

    @Override
    public String toString() {
      return "uniform from -" + radius + " to " + radius + " in unconstrained space, then nearer 0";
    }
  }

  /** A draw, or near. */
  record Dispersed(Initializer near) implements Initializer {

    @Override
    public NDArray value(SampleSite site, Run run, Rng rng) {
      boolean isDrawn = rng.split("way").nextUniform() < 0.5;
      return isDrawn ? drawn(site, run, rng) : near.value(site, run, rng);
    }

    @Override
    public int attempts() {
      return near.attempts();
    }

    @Override
    public Initializer attempt(int number) {
      return new Dispersed(near.attempt(number));
    }

    @Override
    public String toString() {
      return "prior draws or " + near;
    }
  }

  /** Given values. */
  record Value(ImmutableMap<String, double[]> values, Initializer others) implements Initializer {

    @Override
    public NDArray value(SampleSite site, Run run, Rng rng) {
      double[] given = values.get(site.name());
      if (given == null) {
        return others.value(site, run, rng);
      }
      Shape shape = shape(site);
      if (given.length == 1 && shape.size() != 1) {
        return run.full(given[0], shape);
      }
      checkArgument(
          given.length == shape.size(),
          "sample site '%s' has shape %s, but its initial value has %s numbers; give one for each"
              + " element, or one for all",
          site.name(),
          shape,
          given.length);
      return run.create(given, shape);
    }

    @Override
    public int attempts() {
      return others.attempts();
    }

    @Override
    public Initializer attempt(int number) {
      return new Value(values, others.attempt(number));
    }

    @Override
    public boolean takesBest() {
      return others.takesBest();
    }

    @Override
    public String toString() {
      return "values of " + values.keySet() + ", otherwise " + others;
    }
  }

  static Shape shape(SampleSite site) {
    Distribution distribution = site.distribution();
    return Shapes.concat(distribution.batchShape(), distribution.eventShape());
  }

  private static Shape unconstrainedShape(SampleSite site) {
    return Bijections.to(site.distribution().support()).inverseShape(shape(site));
  }

  private static NDArray constrained(SampleSite site, NDArray unconstrained) {
    Transform bijection = Bijections.to(site.distribution().support());
    return bijection.forward(unconstrained).value();
  }
}
