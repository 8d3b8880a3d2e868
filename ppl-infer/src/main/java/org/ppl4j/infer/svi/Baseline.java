package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.ppl4j.Plate;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.svi.ScoreFunctionElbo.Scored;
import org.ppl4j.tensor.Tensors;

/**
 * What the {@linkplain Elbo#scoreFunction() score function estimator} takes off the costs of a
 * scored site, so that they vary about 0. It does not depend on the site's draw, and so changes the
 * noise of the slope and not its mean.
 */
public abstract class Baseline {

  private static final double DECAY = 0.9;

  Baseline() {}

  /**
   * The baseline of a site.
   *
   * @param values for each pass, of shapes that broadcast to its costs
   * @param loss a number to be made small as well, if the baseline is learned
   */
  record Guess(List<NDArray> values, Optional<NDArray> loss) {}

  /**
   * What is known of a site's costs.
   *
   * @param pass where what is remembered lives
   * @param draws of a site, of each pass of the step
   */
  abstract Guess of(Pass pass, List<Scored> draws);

  /** 0. */
  public static Baseline none() {
    return new Baseline() {
      @Override
      Guess of(Pass pass, List<Scored> draws) {
        return new Guess(draws.stream().map(each -> Tensors.number(0)).toList(), Optional.empty());
      }

      @Override
      public String toString() {
        return "no baseline";
      }
    };
  }

  /** As {@link #movingAverage(double)}, with the decay 0.9. */
  public static Baseline movingAverage() {
    return movingAverage(DECAY);
  }

  /**
   * The average of the costs of the steps before, an older step counting less by the decay:
   *
   * <pre>{@code
   * b = Σ_s decay^(t − 1 − s) c_s / Σ_s decay^(t − 1 − s),   s < t
   * }</pre>
   *
   * and 0 at the first step; one for each row of a plate that is seen whole, and over the rows of
   * one that is not. Both sums are buffers of the parameter store, {@code NAME.baseline.sum} and
   * {@code .weight}, so that a fit that is resumed goes on with them.
   *
   * @throws IllegalArgumentException if the decay is not in [0, 1)
   */
  public static Baseline movingAverage(double decay) {
    checkArgument(
        decay >= 0 && decay < 1,
        "moving average has decay %s, but it must be at least 0 and less than 1",
        decay);
    return new Baseline() {
      @Override
      Guess of(Pass pass, List<Scored> draws) {
        NDArray cost = meanCost(draws);
        String name = name(draws, cost);
        NDArray sum = pass.buffer(name + ".sum", cost.getShape());
        NDArray weight = pass.buffer(name + ".weight", Tensors.number(0).getShape());
        pass.update(name + ".sum", sum.mul(decay).add(cost));
        pass.update(name + ".weight", weight.mul(decay).add(1));
        NDArray average = sum.div(weight.maximum(Tensors.number(1)));
        return new Guess(draws.stream().map(each -> average).toList(), Optional.empty());
      }

      @Override
      public String toString() {
        return "moving average(" + decay + ")";
      }
    };
  }

  /**
   * The mean of the costs of the step's other particles, which remembers nothing and knows the data
   * of the step:
   *
   * <pre>{@code
   * b_k = Σ_{j ≠ k} c_j / (K − 1)
   * }</pre>
   *
   * and 0 where there is one particle. Source: Kool, van Hoof and Welling, "Buy 4 REINFORCE
   * samples, get a baseline for free!" (2019).
   */
  public static Baseline otherParticles() {
    return new Baseline() {
      @Override
      Guess of(Pass pass, List<Scored> draws) {
        NDArray all =
            draws.stream().map(Baseline::overParticles).reduce(NDArray::add).orElseThrow();
        long others = (long) draws.size() * pass.particles() - 1;
        return new Guess(
            draws.stream()
                .map(each -> others == 0 ? Tensors.number(0) : all.sub(each.cost()).div(others))
                .toList(),
            Optional.empty());
      }

      @Override
      public String toString() {
        return "other particles";
      }
    };
  }

  /**
   * A number for each row as above, {@code NAME.baseline} of the parameter store, which learns to
   * be near the costs, by the loss {@code ½ Σ (b − c)²}. If the guide has a deterministic site of
   * the name {@code NAME.baseline}, in the plates of the site, that is the baseline instead: what a
   * network makes of data, and of what was drawn before.
   *
   * <pre>{@code
   * p.deterministic("z.baseline", p.net("guess", network, rows.take(x)));
   * }</pre>
   *
   * <p>Source: Mnih and Gregor, "Neural variational inference and learning in belief networks"
   * (2014), section 2.4.
   *
   * @see Elbo#scoreFunction()
   */
  public static Baseline learned() {
    return new Baseline() {
      @Override
      Guess of(Pass pass, List<Scored> draws) {
        NDArray cost = meanCost(draws);
        List<NDArray> values = draws.stream().map(draw -> value(pass, draw, cost)).toList();
        List<NDArray> losses =
            java.util.stream.IntStream.range(0, draws.size())
                .mapToObj(i -> Tensors.total(far(draws.get(i), values.get(i))))
                .toList();
        return new Guess(values, Optional.of(Tensors.addAll(losses).mul(0.5 / draws.size())));
      }

      private NDArray value(Pass pass, Scored draw, NDArray cost) {
        String name = draw.site().name() + ".baseline";
        SampleSite stated = draw.guide().find(name);
        if (stated == null) {
          return pass.param(name(List.of(draw), cost), cost.getShape());
        }
        checkArgument(
            !Tensors.sources(stated.value()).contains(draw.site().name()),
            "deterministic site '%s' depends on the draw of '%s', whose costs it is to guess"
                + " beforehand; compute it of data and of what was drawn before",
            name,
            draw.site().name());
        return stated.value();
      }

      private NDArray far(Scored draw, NDArray value) {
        return mean(draw.cost().sub(value).square(), draw.site());
      }

      @Override
      public String toString() {
        return "learned baseline";
      }
    };
  }

  /** The mean cost over particles, for each row of the plates that are seen whole. */
  private static NDArray meanCost(List<Scored> draws) {
    List<NDArray> each = draws.stream().map(draw -> mean(draw.cost(), draw.site())).toList();
    return each.stream().reduce(NDArray::add).orElseThrow().mul(1.0 / each.size());
  }

  private static NDArray mean(NDArray x, SampleSite site) {
    int[] axes =
        site.plates().stream()
            .filter(plate -> plate.isParticles() || plate.batch() < plate.size())
            .mapToInt(Plate::dim)
            .filter(axis -> -axis <= x.getShape().dimension())
            .toArray();
    return axes.length == 0 ? x : x.mean(axes, true);
  }

  private static NDArray overParticles(Scored draw) {
    int[] axes =
        draw.site().plates().stream().filter(Plate::isParticles).mapToInt(Plate::dim).toArray();
    return axes.length == 0 ? draw.cost() : draw.cost().sum(axes, true);
  }

  /** The name of a baseline of a site, one for each number of rows. */
  private static String name(List<Scored> draws, NDArray cost) {
    String name = draws.get(0).site().name() + ".baseline";
    return cost.size() == 1 ? name : name + "." + cost.size();
  }
}
