package org.ppl4j.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.benchmarks.PeerModels.Schools;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;

/** Steps of eight schools, and of a program that reads the same numbers around it, in turn. */
final class SurroundedSteps {

  private static final int PAIRS = 15;
  private static final int STEPS = 40_000;

  private SurroundedSteps() {}

  private enum Prior {
    NARROW(1),
    WIDE(5);

    private final double scale;

    Prior(double scale) {
      this.scale = scale;
    }
  }

  /** The same model, of which two fields, an enum and an array are read. */
  private static final class Around {

    private double loc;
    private int scale = 5;
    private Prior prior = Prior.WIDE;

    Program<Schools> model(double[] sds) {
      return (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(loc, scale));
        NDArray tau = p.sample("tau", HalfCauchy.of(prior.scale));
        try (Plate schools = p.plate("school", 8)) {
          NDArray eta = p.sample("eta", Normal.of(0, sds[7]));
          NDArray theta = mu.add(tau.mul(eta));
          p.observe("y", Normal.of(theta, schools.take(data.sigma())), schools.take(data.y()));
        }
      };
    }
  }

  private static Svi<Schools> svi(Program<Schools> model) {
    return Svi.builder(model, AutoNormal.of(model).initializer(Initializer.uniform()))
        .config(RunConfig.defaults().withSeed(1).withRecording(Recording.REQUIRED))
        .optimizer(Adam.withRate(0.001))
        .particles(1)
        .progress(Progress.silent())
        .build();
  }

  /** Microseconds of a processor that a step takes, whatever else the machine does. */
  private static double mean(DoubleSupplier step, int steps) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();
    double sum = 0;
    for (int i = 0; i < steps; i++) {
      sum += step.getAsDouble();
    }
    if (!Double.isFinite(sum)) {
      throw new IllegalStateException("loss is not finite");
    }
    return (threads.getCurrentThreadCpuTime() - before) / 1e3 / steps;
  }

  /** Prints the median share by which steps take longer where numbers around are read. */
  public static void main(String[] args) {
    double[] sds = new double[8];
    Arrays.fill(sds, 1);
    try (NDManager manager = NDManager.newBaseManager();
        Svi<Schools> plain = svi(PeerModels.EIGHT_SCHOOLS);
        Svi<Schools> around = svi(new Around().model(sds));
        Svi<Schools>.OnData one = plain.bind(PeerModels.schools(manager));
        Svi<Schools>.OnData other = around.bind(PeerModels.schools(manager))) {
      double unused = mean(one::step, STEPS) + mean(other::step, STEPS);
      double[] shares =
          IntStream.range(0, PAIRS)
              .mapToDouble(
                  pair -> {
                    boolean isFirst = pair % 2 == 0;
                    double before = mean(isFirst ? one::step : other::step, STEPS);
                    double after = mean(isFirst ? other::step : one::step, STEPS);
                    return isFirst ? after / before - 1 : before / after - 1;
                  })
              .sorted()
              .toArray();
      if (Double.isNaN(unused) || !around.unjudged().isEmpty()) {
        throw new IllegalStateException("steps are not what is to be measured");
      }
      System.out.println(shares[PAIRS / 2] + " " + mean(one::step, STEPS));
    }
  }
}
