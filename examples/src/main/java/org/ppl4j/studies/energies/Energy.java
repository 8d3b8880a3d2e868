package org.ppl4j.studies.energies;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The four energies of Rezende and Mohamed, "Variational inference with normalizing flows" (2015),
 * table 1, restricted to the square [−4, 4]²: densities exp(−U(z)) / Z of two numbers.
 *
 * <p>With w₁ = sin(π z₁ / 2), w₂ = 3 exp(−½ ((z₁ − 1) / 0.6)²), w₃ = 3 σ((z₁ − 1) / 0.3).
 */
public enum Energy {
  /** Two arcs of a ring: ½ ((|z| − 2) / 0.4)² − log(exp(−½ ((z₁ − 2) / 0.6)²) + …(z₁ + 2)…). */
  U1 {
    @Override
    NDArray of(NDArray z1, NDArray z2) {
      NDArray radius = z1.square().add(z2.square()).add(TINY).sqrt();
      return square(radius.sub(2), 0.4)
          .sub(Special.logAddExp(square(z1.sub(2), 0.6).neg(), square(z1.add(2), 0.6).neg()));
    }

    @Override
    List<NDArray> branches(NDArray z1, NDArray z2) {
      return List.of(z1.lt(0), z1.gte(0));
    }
  },

  /** A wave: ½ ((z₂ − w₁) / 0.4)². */
  U2 {
    @Override
    NDArray of(NDArray z1, NDArray z2) {
      return square(z2.sub(wave(z1)), 0.4);
    }
  },

  /** Two waves that part and meet: −log(exp(−½ ((z₂ − w₁) / 0.35)²) + …(z₂ − w₁ + w₂)…). */
  U3 {
    @Override
    NDArray of(NDArray z1, NDArray z2) {
      NDArray apart = z2.sub(wave(z1));
      NDArray w2 = square(z1.sub(1), 0.6).neg().exp().mul(3);
      return Special.logAddExp(square(apart, 0.35).neg(), square(apart.add(w2), 0.35).neg()).neg();
    }
  },

  /** Two waves that part: −log(exp(−½ ((z₂ − w₁) / 0.4)²) + exp(−½ ((z₂ − w₁ + w₃) / 0.35)²)). */
  U4 {
    @Override
    NDArray of(NDArray z1, NDArray z2) {
      NDArray apart = z2.sub(wave(z1));
      return Special.logAddExp(square(apart, 0.4).neg(), square(apart.add(step(z1)), 0.35).neg())
          .neg();
    }

    @Override
    List<NDArray> branches(NDArray z1, NDArray z2) {
      NDArray apart = z1.gt(1);
      NDArray upper = z2.sub(wave(z1)).add(step(z1).mul(0.5)).gt(0);
      return List.of(apart.logicalAnd(upper), apart.logicalAnd(upper.logicalNot()));
    }
  };

  /** The density is 0 outside of [−BOUND, BOUND]². */
  static final double BOUND = 4;

  /** Keeps the square root of a radius differentiable at 0. */
  private static final double TINY = 1e-12;

  /** U at points, coordinate by coordinate, any shape. */
  abstract NDArray of(NDArray z1, NDArray z2);

  /**
   * Booleans: which of two branches a point belongs to, if any; none for a density in one piece.
   */
  List<NDArray> branches(NDArray z1, NDArray z2) {
    return List.of();
  }

  /**
   * z uniform on the square and weighted by exp(−U(z)): the evidence is Z / 64, the posterior the
   * density of this energy.
   */
  public Program<@Nullable Void> model() {
    return (p, none) -> {
      NDArray z = p.sample("z", Uniform.of(-BOUND, BOUND).expand(2).toEvent(1));
      p.factor("energy", of(coordinate(z, 0), coordinate(z, 1)).neg());
    };
  }

  /** A coordinate {@code (*)} of points {@code (*, 2)}. */
  static NDArray coordinate(NDArray z, int which) {
    return Tensors.range(z, -1, which, which + 1L).squeeze(-1);
  }

  private static NDArray square(NDArray x, double scale) {
    return x.square().mul(0.5 / (scale * scale));
  }

  private static NDArray wave(NDArray z1) {
    return z1.mul(Math.PI / 2).sin();
  }

  private static NDArray step(NDArray z1) {
    return Special.sigmoid(z1.sub(1).div(0.3)).mul(3);
  }
}
