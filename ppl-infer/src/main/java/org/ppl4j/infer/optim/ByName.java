package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Nearest;

/**
 * Another optimizer for parameters of some names, or none at all.
 *
 * <pre>{@code
 * ByName.of(Adam.withRate(0.01))
 *     .with("auto.scale", Adam.withRate(0.001))
 *     .frozen("encoder")
 * }</pre>
 *
 * <p>A name means the parameter of this name, and all whose names go on after it with a dot: {@code
 * encoder} is all of {@code encoder.weight}, {@code encoder.layer.bias}. Where several names fit a
 * parameter, the last one given counts. A frozen parameter keeps its value, and its gradient counts
 * as zero.
 *
 * <p>Gradients are clipped together, as the optimizer of all others says. Immutable.
 */
public final class ByName implements Optimizer {

  private final Optimizer others;
  private final ImmutableList<Setting> settings;

  /** The optimizer of a name; null: frozen. */
  private record Setting(String name, @Nullable Optimizer optimizer) {

    boolean fits(String parameter) {
      return parameter.equals(name) || parameter.startsWith(name + ".");
    }

    @Override
    public String toString() {
      return name + ": " + (optimizer == null ? "frozen" : optimizer);
    }
  }

  private ByName(Optimizer others, ImmutableList<Setting> settings) {
    this.others = others;
    this.settings = settings;
  }

  /** With this optimizer for all parameters that nothing else is said of. */
  public static ByName of(Optimizer others) {
    return new ByName(requireNonNull(others, "others"), ImmutableList.of());
  }

  /**
   * With another optimizer for the parameters of a name.
   *
   * @throws IllegalArgumentException if it is one by names itself
   */
  public ByName with(String name, Optimizer optimizer) {
    checkArgument(
        !(optimizer instanceof ByName),
        "optimizer of '%s' goes by names itself; give the longer names to the outer one",
        name);
    return and(new Setting(requireNonNull(name, "name"), requireNonNull(optimizer, "optimizer")));
  }

  /** With the parameters of a name left as they are. */
  public ByName frozen(String name) {
    return and(new Setting(requireNonNull(name, "name"), null));
  }

  private ByName and(Setting setting) {
    return new ByName(
        others, ImmutableList.<Setting>builder().addAll(settings).add(setting).build());
  }

  /** The optimizer of a parameter; null if it is frozen. */
  private @Nullable Optimizer of(String parameter) {
    Optimizer found = others;
    for (Setting setting : settings) {
      found = setting.fits(parameter) ? setting.optimizer() : found;
    }
    return found;
  }

  @Override
  public int stateVectors() {
    return settings.stream()
        .mapToInt(setting -> setting.optimizer() == null ? 0 : setting.optimizer().stateVectors())
        .reduce(others.stateVectors(), Math::max);
  }

  @Override
  public Clipping clipping() {
    return others.clipping();
  }

  @Override
  public boolean moves(String parameter) {
    return of(parameter) != null;
  }

  @Override
  public Optimizer forParameter(String name) {
    Optimizer found = of(name);
    return found == null ? others : found;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a name fits none of them
   */
  @Override
  public void check(Set<String> parameters) {
    for (Setting setting : settings) {
      checkArgument(
          parameters.stream().anyMatch(setting::fits),
          "optimizer has a setting for '%s', but no parameter is named so; there are %s",
          setting.name(),
          Nearest.to(setting.name(), parameters));
    }
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    throw new UnsupportedOperationException(
        "optimizer by names cannot update a vector without names; ask for the one of a parameter");
  }

  @Override
  public String toString() {
    return "ByName(" + others + ", " + settings + ")";
  }
}
