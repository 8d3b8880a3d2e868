package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.Trace;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.autoguide.SiteGraph.Node;
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSite.Rows;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;

/**
 * Each site drawn given earlier ones: normal distributions in unconstrained space, whose location
 * is shifted by what was drawn before.
 *
 * <pre>{@code
 * u = loc + W (u of the sites it depends on) + scale · ε,  ε ~ N(0, I)      row by row
 * x = bijection(u)
 * }</pre>
 *
 * <p>By itself a site depends on all that the model draws before it in no other plates than its
 * own: what is outside of plates is drawn as one normal distribution, and so is each row of a plate
 * given what is around it, independently of other rows. Where a posterior has that structure and is
 * normal, the guide is exact, at the cost of the rows and not of their square. {@link
 * #depends(String, String...)} and {@link #conditional} say otherwise for a site.
 *
 * <p>The numbers of a row of a site are one normal distribution if there are at most 50, else
 * independent. A step may see some of a plate's rows.
 *
 * <p>Parameters of a site {@code x}, with all rows of its plates: {@code auto.loc.x} (batch, E),
 * {@code auto.scale.x} (batch, E) or {@code auto.scaleTril.x} (batch, E, E), and {@code
 * auto.weight.x} (batch, E, those it depends on) or {@code auto.network.x.*}. Its draw is the
 * auxiliary site {@code auto.latent.x}.
 *
 * <p>A fit starts it at the normal distribution of this structure that is nearest to where {@link
 * org.ppl4j.infer.approximation.Pathfinder} leads to, and it learns in the units of that, buffers
 * {@code auto.start.x.*}; or else it starts at the {@link Initializer}'s values with scale 0.1 and
 * no dependence.
 *
 * <p>Source: Pyro's guide of this name; for what structure buys, Hoffman and Blei, "Structured
 * stochastic variational inference" (2015).
 *
 * @param <D> the data of the model
 */
public final class AutoStructured<D extends @Nullable Object>
    extends AutoGuide<D, AutoStructured<D>> {

  private static final String WEIGHT = ".weight";

  private final ImmutableMap<String, Conditional> conditionals;
  private final ImmutableMap<String, SiteGraph.Told> dependence;

  private AutoStructured(
      Program<D> model,
      GuideSettings<D> settings,
      ImmutableMap<String, Conditional> conditionals,
      ImmutableMap<String, SiteGraph.Told> dependence) {
    super(model, settings);
    this.conditionals = conditionals;
    this.dependence = dependence;
  }

  /** The guide of a model, whose structure it finds by itself. */
  public static <D extends @Nullable Object> AutoStructured<D> of(Program<D> model) {
    return new AutoStructured<>(
        model, GuideSettings.standard(), ImmutableMap.of(), ImmutableMap.of());
  }

  @Override
  protected AutoStructured<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoStructured<>(model, settings, conditionals, dependence);
  }

  /** With another distribution of a site, given those that it depends on; a new guide. */
  public AutoStructured<D> conditional(String site, Conditional conditional) {
    return new AutoStructured<>(
        model(), settings(), with(conditionals, site, conditional), dependence);
  }

  /**
   * With a site that depends on these linearly, and on no others; a new guide.
   *
   * @param on earlier sites of the model in no other plates than its own; none for a site that is
   *     drawn by itself
   */
  public AutoStructured<D> depends(String site, String... on) {
    return depends(site, new SiteGraph.Told(ImmutableList.copyOf(on), null));
  }

  /**
   * The same with a network from the unconstrained numbers of these sites to the shift of the
   * location, one for all rows.
   *
   * @param on as above, at least one
   */
  public AutoStructured<D> depends(String site, Conditioner network, String... on) {
    checkArgument(
        on.length > 0, "site '%s' is to depend on none by a network; name the sites", site);
    return depends(
        site, new SiteGraph.Told(ImmutableList.copyOf(on), requireNonNull(network, "network")));
  }

  private AutoStructured<D> depends(String site, SiteGraph.Told told) {
    return new AutoStructured<>(model(), settings(), conditionals, with(dependence, site, told));
  }

  private static <V> ImmutableMap<String, V> with(
      ImmutableMap<String, V> map, String key, V value) {
    return ImmutableMap.<String, V>builder().putAll(map).put(key, value).buildKeepingLast();
  }

  /**
   * Starting with this scale; a new guide.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AutoStructured<D> initialScale(double scale) {
    checkArgument(scale > 0, "%s has initial scale %s, but it must be positive", owner(), scale);
    return with(model(), settings().withInitialScale(scale));
  }

  /**
   * Starting at the normal distribution of its structure that is nearest to this one, and learning
   * in the units of that; a new guide. Initializer and initial scale are not looked at.
   *
   * @param normal of all sites of the guide, with all rows, as {@link
   *     org.ppl4j.infer.approximation.LaplaceApproximation} finds it for the same model
   */
  public AutoStructured<D> start(NormalApproximation normal) {
    return with(model(), settings().withStart(normal));
  }

  // --- a program

  @Override
  public void run(Ppl p, D data) {
    LatentSpace space = space(p, data);
    placeAsTold(p.run(), p.params(), space);
    new Drawing(p) {
      @Override
      NDArray param(String name, Supplier<NDArray> first, Constraint constraint) {
        return p.param(name, first, constraint);
      }

      @Override
      NDArray draw(Node node, Distribution distribution, NDArray median) {
        return p.auxiliary(parameter("latent." + node.name()), distribution);
      }

      @Override
      NDArray first(LatentSite site) {
        return initial(p, data, List.of(site)).get(0);
      }
    }.run(graph(space), spec -> opening(spec, data));
  }

  private SiteGraph graph(LatentSpace space) {
    return SiteGraph.of(space, conditionals, dependence);
  }

  private Placement placement(String site) {
    return new Placement(parameter("start." + site));
  }

  /** The sites of an execution, one after the other. */
  private abstract class Drawing {

    private final Ppl p;
    private final Map<String, NDArray> drawn = new LinkedHashMap<>(); // in the units of the start

    Drawing(Ppl p) {
      this.p = p;
    }

    abstract NDArray param(String name, Supplier<NDArray> first, Constraint constraint);

    /** A draw of a row's numbers from a distribution whose median this is, {@code (*, rows, E)}. */
    abstract NDArray draw(Node node, Distribution distribution, NDArray median);

    /** The initial value of a site, with all rows. */
    abstract NDArray first(LatentSite site);

    void run(SiteGraph graph, UnaryOperator<PlateSpec> opening) {
      for (Node node : graph.nodes()) {
        LatentSite site = node.site();
        site.within(p, opening, rows -> p.sample(site.name(), image(node, rows), site.support()));
      }
    }

    private Distribution image(Node node, Rows rows) {
      LatentSite site = node.site();
      Transform placing = placing(node, rows);
      NDArray location = location(node, rows);
      NDArray placed = placing.forward(location).value();
      if (node.conditional() == Conditional.DELTA) {
        drawn.put(site.name(), location);
        NDArray value = site.constrain(site.unflat(placed)).value();
        return Delta.of(value, site.event().dimension());
      }
      Distribution about =
          node.isWhole()
              ? MultivariateNormal.of(location, rows.take(scaleTril(node), 2))
              : Normal.of(location, rows.take(scale(node), 1)).toEvent(1);
      boolean isPlaced = isPlaced(site);
      NDArray value =
          draw(node, isPlaced ? TransformedDistribution.of(about, placing) : about, placed);
      drawn.put(site.name(), isPlaced ? placing.inverse(value).value() : value);
      return site.image(site.unflat(value));
    }

    private NDArray location(Node node, Rows rows) {
      NDArray loc =
          rows.take(
              param(parameter("loc." + node.name()), () -> firstLoc(node), Constraint.REAL), 1);
      if (node.parents().isEmpty()) {
        return loc;
      }
      NDArray inputs = inputs(node);
      Conditioner network = node.network();
      if (network != null) {
        String name = parameter("network." + node.name());
        return loc.add(p.module(name, network.network(node.inputs(), node.size())).apply(inputs));
      }
      NDArray weight = rows.take(weight(node), 2);
      return loc.add(Tensors.matVec(weight, inputs.expandDims(-2)));
    }

    /** What the parents have drawn, side by side, {@code (*, rows, inputs)}. */
    private NDArray inputs(Node node) {
      List<NDArray> parts = new ArrayList<>();
      node.parents().forEach(parent -> parts.add(requireNonNull(drawn.get(parent.name()))));
      Shape[] left =
          parts.stream().map(x -> Shapes.dropRight(x.getShape(), 1)).toArray(Shape[]::new);
      Shape common = Shapes.broadcast(left);
      parts.replaceAll(
          x -> {
            Shape wanted = Shapes.concat(common, Shapes.takeRight(x.getShape(), 1));
            return x.getShape().equals(wanted) ? x : x.broadcast(wanted);
          });
      return parts.size() == 1 ? parts.get(0) : Tensors.concat(parts, -1);
    }

    private NDArray firstLoc(Node node) {
      LatentSite site = node.site();
      return isPlaced(site)
          ? p.run().zeros(shape(node))
          : p.run().withoutGradients(() -> site.flat(site.unconstrain(first(site)).value()));
    }

    private boolean isPlaced(LatentSite site) {
      return placement(site.name()).isIn(p.params());
    }

    private NDArray scale(Node node) {
      return param(
          parameter("scale." + node.name()),
          () -> p.run().full(firstScale(node), shape(node)),
          Constraint.POSITIVE);
    }

    private double firstScale(Node node) {
      return isPlaced(node.site()) ? 1 : settings().initialScale();
    }

    private NDArray scaleTril(Node node) {
      Shape shape = shape(node, node.size());
      return param(
          parameter("scaleTril." + node.name()),
          () ->
              isPlaced(node.site())
                  ? kept(node, Placement.SCALE_TRIL, shape)
                  : p.run().eye(node.size()).mul(settings().initialScale()).broadcast(shape),
          Constraint.LOWER_CHOLESKY);
    }

    private NDArray weight(Node node) {
      Shape shape = shape(node, node.inputs());
      return param(
          parameter("weight." + node.name()),
          () -> isPlaced(node.site()) ? kept(node, WEIGHT, shape) : p.run().zeros(shape),
          Constraint.REAL);
    }

    private NDArray kept(Node node, String name, Shape shape) {
      return placement(node.name()).get(p.run(), p.params(), name, shape);
    }

    /** From the units of the start, if there is one. */
    private Transform placing(Node node, Rows rows) {
      return isPlaced(node.site())
          ? Bijections.affine(
                  rows.take(kept(node, Placement.LOCATION, shape(node)), 1),
                  rows.take(kept(node, Placement.DEVIATIONS, shape(node)), 1))
              .independent(1)
          : Bijections.identity().independent(1);
    }
  }

  /** {@code (batch, E, more)}. */
  private static Shape shape(Node node, long... more) {
    return Shapes.concat(
        Shapes.concat(node.site().batch(), new Shape(node.size())), new Shape(more));
  }

  // --- where it starts

  @Override
  boolean wantsStart(ParamStore params) {
    return settings().isToldNoStart()
        && params.names().stream().noneMatch(name -> name.startsWith(parameter("loc.")));
  }

  @Override
  boolean startsRows() {
    return true;
  }

  @Override
  void begin(ParamStore params, RunConfig config, DefaultStart start) {
    int[] places = start.places(settings().sites());
    if (places.length == 0) {
      return;
    }
    try (Run run = Run.open(config, 0)) {
      place(run, params, start.of(places), graph(start.space(settings().sites())));
    }
  }

  private void placeAsTold(Run run, ParamStore params, LatentSpace space) {
    NormalApproximation start = settings().start();
    if (start == null || placement(space.names().get(0)).isIn(params)) {
      return;
    }
    checkArgument(
        start.size() == space.size(),
        "%s is to start at a normal distribution of %s numbers, but draws %s for sites %s; find it"
            + " for the same model",
        owner(),
        start.size(),
        space.size(),
        space.names());
    place(run, params, start, graph(space));
  }

  private void place(Run run, ParamStore params, NormalApproximation normal, SiteGraph graph) {
    int[][] parents = graph.parentsOfNumbers();
    Regressions regressions =
        Regressions.of(normal.precision(), normal.size(), number -> parents[number]);
    double[] location = normal.location();
    int at = 0;
    for (Node node : graph.nodes()) {
      int to = at + Math.toIntExact(node.site().size());
      Placement placement = placement(node.name());
      BiConsumer<String, double[]> keep =
          (name, values) -> {
            Shape shape =
                switch (name) {
                  case WEIGHT -> shape(node, node.inputs());
                  case Placement.SCALE_TRIL -> shape(node, node.size());
                  default -> shape(node);
                };
            placement.put(run, params, name, shape, values);
          };
      keep.accept(Placement.LOCATION, Arrays.copyOfRange(location, at, to));
      keepUnits(node, at, parents, regressions, keep);
      at = to;
    }
  }

  /** The dependence of a site's numbers from {@code begin} on, in units of their deviations. */
  private static void keepUnits(
      Node node,
      int begin,
      int[][] parents,
      Regressions regressions,
      BiConsumer<String, double[]> keep) {
    int size = node.size();
    int inputs = node.isLinear() ? node.inputs() : 0;
    int rows = Math.toIntExact(node.site().batch().size());
    double[] deviations = new double[rows * size];
    double[] weight = new double[rows * size * inputs];
    double[] scaleTril = new double[rows * size * size];
    for (int row = 0; row < rows; row++) {
      double[][] before = new double[size][]; // what of each earlier noise is in a number
      double[][] given = new double[size][]; // and of each parent
      for (int k = 0; k < size; k++) {
        int i = row * size + k;
        int number = begin + i;
        deviations[i] = regressions.deviation(number);
        before[k] = new double[size];
        before[k][k] = 1;
        double[] weights = regressions.weights(number);
        given[k] = Arrays.copyOf(weights, inputs);
        for (int l = inputs; l < weights.length; l++) {
          add(before[k], weights[l], before[l - inputs]);
          add(given[k], weights[l], given[l - inputs]);
        }
        for (int j = 0; j < inputs; j++) {
          double unit = regressions.deviation(parents[number][j]) / deviations[i];
          weight[i * inputs + j] = given[k][j] * unit;
        }
        for (int l = 0; l <= k; l++) {
          scaleTril[i * size + l] = before[k][l] * deviations[row * size + l] / deviations[i];
        }
      }
    }
    keep.accept(Placement.DEVIATIONS, deviations);
    if (inputs > 0) {
      keep.accept(WEIGHT, weight);
    }
    if (node.isWhole()) {
      keep.accept(Placement.SCALE_TRIL, scaleTril);
    }
  }

  private static void add(double[] sum, double factor, double[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * more[i];
    }
  }

  // --- what it has learned

  /**
   * {@inheritDoc}
   *
   * <p>In unconstrained space, mapped to the support element by element: exact where the bijection
   * acts so and no site depends on others by a network.
   */
  @Override
  public Map<String, double[]> median(ParamStore params) {
    LatentSpace space = space(params);
    try (Run run = Run.open(params.config().orElseGet(RunConfig::defaults), 0)) {
      return run.withoutGradients(
          () -> {
            Program<LatentSpace> medians =
                (p, sites) ->
                    new Drawing(p) {
                      @Override
                      NDArray param(String name, Supplier<NDArray> first, Constraint constraint) {
                        return p.param(name);
                      }

                      @Override
                      NDArray draw(Node node, Distribution distribution, NDArray median) {
                        return median;
                      }

                      @Override
                      NDArray first(LatentSite site) {
                        throw new IllegalStateException("a guide that was run has no first value");
                      }
                    }.run(
                        graph(sites),
                        spec -> PlateSpec.of(spec.name(), spec.size()).dim(spec.dim()));
            Trace trace = Execution.record(run, params, Rng.Purpose.PREDICT, medians, space);
            ImmutableMap.Builder<String, double[]> values = ImmutableMap.builder();
            trace.latents().forEach(site -> values.put(site.name(), Tensors.values(site.value())));
            return values.buildOrThrow();
          });
    }
  }
}
