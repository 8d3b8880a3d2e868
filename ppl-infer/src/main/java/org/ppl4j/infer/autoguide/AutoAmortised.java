package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.infer.approximation.NormalApproximation;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;

/**
 * A network reads the data of each row of a plate, and says where the row's latent values are: it
 * has learned from all rows together, and knows of rows that it never saw.
 *
 * <pre>{@code
 * AutoAmortised.of(MODEL, "counties", Counties::features)
 *
 * g ~ another guide                                what is not in the plate
 * u = loc(row, g) + L(row, g) ε,  ε ~ N(0, I)      the sites of a row, one vector (E)
 * x = bijection(u)                                 site by site
 * }</pre>
 *
 * <p>The network sees what a {@link Reading} reads of the row, in units that the guide finds by
 * itself, so raw data will do; and the draw of the sites that are in no plate, so that a row's
 * values are drawn given these. L is a lower triangular matrix if a row has at most 10 numbers,
 * else a diagonal. To its location a linear one is added, which is exact where posterior means are
 * linear in what is read. Beyond the numbers that it first met the location goes on as that line,
 * and all else stays as it is at their edge.
 *
 * <p>Parameters do not grow with the rows. A step may see some of them, drawn, chosen or {@code
 * given}; and {@code svi.posterior(others, n)} draws for other rows of the same model, as many as
 * they hold. Their weights, {@code svi.importance(others, n)}, are those of the model with these
 * data.
 *
 * <p>Parameters: {@code auto.network.*}, {@code auto.linear.*}, {@code auto.flow.*} if there is
 * one, and those of the other guide, {@link AutoMultivariateNormal} unless another is given, named
 * {@code auto.global.*}. Buffers: {@code auto.reading.*}, the units of what is read. The draw of a
 * row is the auxiliary site {@code auto.latent}.
 *
 * <p>A fit begins where {@link org.ppl4j.infer.approximation.Pathfinder} leads to, which shows the
 * units of the latent values, as other guides' do: the other guide there, and each row where rows
 * are on the whole.
 *
 * <p>Source: Kingma and Welling, "Auto-encoding variational Bayes" (2014); Agrawal and Domke,
 * "Amortized variational inference for simple hierarchical models" (2021).
 *
 * @param <D> the data of the model
 */
public final class AutoAmortised<D extends @Nullable Object>
    extends AutoGuide<D, AutoAmortised<D>> {

  /** Up to so many numbers of a row follow each other's dependence. */
  private static final int DEPENDENT = 10;

  private static final Conditioner NETWORK = Mlp.of(32, 32);
  private static final Conditioner LINEAR = Mlp.of();
  private static final Transform LOWER = Bijections.to(Constraint.LOWER_CHOLESKY);

  private final Recipe<D> recipe;
  private final Map<Shape, ConditionalTransformModule> flows = new ConcurrentHashMap<>();
  private final AutoGuide<D, ?> global;

  /** What it is made of besides the settings of all guides. */
  private record Recipe<D extends @Nullable Object>(
      String plate,
      Reading<D> reading,
      Conditioner network,
      @Nullable BiFunction<Integer, Integer, ConditionalTransformModule> flow,
      Function<Program<D>, ? extends AutoGuide<D, ?>> global,
      @Nullable ToLongFunction<D> size) {

    boolean reads(SampleSite site) {
      return site.plates().stream().anyMatch(at -> at.name().equals(plate));
    }
  }

  private AutoAmortised(Program<D> model, GuideSettings<D> settings, Recipe<D> recipe) {
    super(model, settings);
    this.recipe = recipe;
    this.global = global(model, settings, recipe);
  }

  private static <D extends @Nullable Object> AutoGuide<D, ?> global(
      Program<D> model, GuideSettings<D> settings, Recipe<D> recipe) {
    AutoGuide<D, ?> guide = recipe.global.apply(model);
    if (!settings.isToldNoStart()) {
      guide = guide.initializer(settings.initializer());
    }
    for (Map.Entry<String, Function<D, NDArray>> told : settings.rows().entrySet()) {
      if (!told.getKey().equals(recipe.plate)) {
        guide = guide.plate(told.getKey(), told.getValue());
      }
    }
    return guide.part(
        site -> settings.sites().test(site) && !recipe.reads(site), settings.prefix() + ".global");
  }

  /**
   * The guide of a model.
   *
   * @param plate whose rows are read; its latent sites are in no other plate
   * @param columns what is read of the data, as {@link Reading#rows}: (N, F) or (N)
   */
  public static <D extends @Nullable Object> AutoAmortised<D> of(
      Program<D> model, String plate, Function<D, NDArray> columns) {
    return of(model, plate, Reading.rows(columns));
  }

  /**
   * The guide of a model.
   *
   * @param plate whose rows are read; its latent sites are in no other plate
   * @param reading what is read of the data
   */
  public static <D extends @Nullable Object> AutoAmortised<D> of(
      Program<D> model, String plate, Reading<D> reading) {
    return new AutoAmortised<>(
        model,
        GuideSettings.standard(),
        new Recipe<>(
            requireNonNull(plate, "plate"),
            requireNonNull(reading, "reading"),
            NETWORK,
            null,
            AutoMultivariateNormal::of,
            null));
  }

  @Override
  protected AutoAmortised<D> with(Program<D> model, GuideSettings<D> settings) {
    return new AutoAmortised<>(model, settings, recipe);
  }

  private AutoAmortised<D> with(Recipe<D> other) {
    return new AutoAmortised<>(model(), settings(), other);
  }

  /** With another network than {@code Mlp.of(32, 32)}; a new guide. */
  public AutoAmortised<D> network(Conditioner network) {
    return with(
        new Recipe<>(
            recipe.plate,
            recipe.reading,
            requireNonNull(network, "network"),
            recipe.flow,
            recipe.global,
            recipe.size));
  }

  /**
   * With a flow of a row's vector ε, given what the network sees, before it is moved and scaled; a
   * new guide.
   *
   * @param flow from E and the number of entries of a context to a flow, as {@code
   *     Flows::conditional}
   */
  public AutoAmortised<D> flow(BiFunction<Integer, Integer, ConditionalTransformModule> flow) {
    return with(
        new Recipe<>(
            recipe.plate,
            recipe.reading,
            recipe.network,
            requireNonNull(flow, "flow"),
            recipe.global,
            recipe.size));
  }

  /** With another guide of the sites that are not in the plate; a new guide. */
  public AutoAmortised<D> global(Function<Program<D>, ? extends AutoGuide<D, ?>> guide) {
    return with(
        new Recipe<>(
            recipe.plate,
            recipe.reading,
            recipe.network,
            recipe.flow,
            requireNonNull(guide, "guide"),
            recipe.size));
  }

  /**
   * With the size of the plate where data hold some of its rows, {@code PlateSpec.given}, should it
   * be another than that of the first data; a new guide.
   */
  public AutoAmortised<D> size(ToLongFunction<D> size) {
    return with(
        new Recipe<>(
            recipe.plate,
            recipe.reading,
            recipe.network,
            recipe.flow,
            recipe.global,
            requireNonNull(size, "size")));
  }

  /** The guide of the sites that are not in the plate. */
  public AutoGuide<D, ?> global() {
    return global;
  }

  // --- a program

  @Override
  public void run(Ppl p, D data) {
    boolean isFirst = !isKnown(p.params());
    LatentSpace space = space(p, data);
    ImmutableList<LatentSite> sites = rows(space);
    Map<String, NDArray> drawn = new HashMap<>();
    global.with(q -> new Drawn(drawn)).run(p, data);
    NDArray given = given(p, space, drawn);
    NDArray columns = recipe.reading.columns(p, data, parameter("reading"), recipe.plate);
    int size = sites.stream().mapToInt(LatentSite::eventSize).sum();
    LatentSite first = sites.get(0);
    long count = columns.getShape().get(0);
    PlateSpec known = first.plates().get(0);
    checkArgument(
        !isFirst || known.isGiven() || count == known.size(),
        "guide 'AutoAmortised' reads %s rows of plate '%s', of which the model's data hold %s; read"
            + " all that its take is given",
        count,
        recipe.plate,
        known.size());
    PlateSpec spec = opening(known, data, count);
    first.within(
        p,
        asked -> spec,
        rows -> {
          NDArray seen = Standard.within(p, parameter("reading"), columns);
          NDArray within = context(rows.take(beside(seen, spec), 1), given);
          NDArray all = context(rows.take(beside(columns, spec), 1), given);
          NDArray u = p.auxiliary(parameter("latent"), placed(p, row(p, within, all, size), size));
          long[] sizes = sites.stream().mapToLong(LatentSite::eventSize).toArray();
          List<NDArray> parts = Tensors.split(u, -1, sizes);
          for (int i = 0; i < sizes.length; i++) {
            LatentSite site = sites.get(i);
            p.sample(site.name(), site.image(site.unflat(parts.get(i))), site.support());
          }
        });
  }

  /** The sites of the plate. */
  private ImmutableList<LatentSite> rows(LatentSpace space) {
    ImmutableList<LatentSite> rows =
        space.sites().stream().filter(this::isRead).collect(ImmutableList.toImmutableList());
    checkArgument(
        !rows.isEmpty(),
        "guide 'AutoAmortised' reads rows of plate '%s', in which the model has no latent site; its"
            + " latent sites are %s",
        recipe.plate,
        space.names());
    for (LatentSite site : rows) {
      checkArgument(
          site.plates().size() == 1,
          "sample site '%s' is in plates %s, but guide 'AutoAmortised' draws what is in plate '%s'"
              + " alone; give it another guide, AutoList.of(model).group(..)",
          site.name(),
          site.plates().stream().map(PlateSpec::name).toList(),
          recipe.plate);
    }
    return rows;
  }

  private boolean isRead(LatentSite site) {
    return site.plates().stream().anyMatch(plate -> plate.name().equals(recipe.plate));
  }

  /** Sees what another guide draws. */
  private static final class Drawn extends Handler.Frame {

    private final Map<String, NDArray> values;

    Drawn(Map<String, NDArray> values) {
      this.values = values;
    }

    @Override
    protected void leave(SampleSite site) {
      if (site.isLatent() && !site.isAuxiliary()) {
        values.put(site.name(), site.value());
      }
    }
  }

  /** What is drawn outside of plates, in its units, {@code (*, G)}; null if nothing is. */
  private @Nullable NDArray given(Ppl p, LatentSpace space, Map<String, NDArray> drawn) {
    List<NDArray> parts = new ArrayList<>();
    for (LatentSite site : space.sites()) {
      if (site.plates().isEmpty()) {
        NDArray value = requireNonNull(drawn.get(site.name()));
        parts.add(site.flat(site.unconstrain(value).value()));
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    NDArray all = parts.size() == 1 ? parts.get(0) : Tensors.concat(parts, -1);
    Placement units = new Placement(parameter("given"));
    if (!units.isIn(p.params())) {
      keepFirst(p, units, all);
    }
    return Standard.in(p, units, all);
  }

  /** Around the first draw, in the units of unconstrained space, if there was no start. */
  private static void keepFirst(Ppl p, Placement units, NDArray drawn) {
    Shape shape = Shapes.takeRight(drawn.getShape(), 1);
    double[] first = Arrays.copyOf(Tensors.values(drawn), Math.toIntExact(shape.size()));
    double[] ones = new double[first.length];
    Arrays.fill(ones, 1);
    Standard.keep(p.run(), p.params(), units, first, ones);
  }

  /** How the plate opens for data that hold so many rows. */
  private PlateSpec opening(PlateSpec known, D data, long rows) {
    PlateSpec all = PlateSpec.of(recipe.plate, rows).dim(known.dim());
    if (known.isGiven()) {
      ToLongFunction<D> told = recipe.size;
      long size = told == null ? Math.max(known.size(), rows) : told.applyAsLong(data);
      return PlateSpec.of(recipe.plate, size).dim(known.dim()).given(rows);
    }
    if (settings().rows().containsKey(recipe.plate)) {
      return opening(all, data);
    }
    return known.batch() == known.size() ? all : all.batch(Math.min(known.batch(), rows));
  }

  /** Columns (N, F) as (N, 1, …, F), with the rows at the plate's dim. */
  private static NDArray beside(NDArray columns, PlateSpec spec) {
    long[] shape = new long[1 - spec.dim()];
    Arrays.fill(shape, 1);
    shape[0] = columns.getShape().get(0);
    shape[shape.length - 1] = columns.getShape().get(1);
    return Tensors.reshape(columns, new Shape(shape));
  }

  /** What the network sees, {@code (*, rows, C)}. */
  private static NDArray context(NDArray columns, @Nullable NDArray given) {
    if (given == null) {
      return columns;
    }
    Shape left =
        Shapes.broadcast(
            Shapes.dropRight(columns.getShape(), 1), Shapes.dropRight(given.getShape(), 1));
    return Tensors.concat(List.of(over(columns, left), over(given, left)), -1);
  }

  private static NDArray over(NDArray x, Shape left) {
    Shape wanted = Shapes.concat(left, Shapes.takeRight(x.getShape(), 1));
    return x.getShape().equals(wanted) ? x : x.broadcast(wanted);
  }

  /**
   * The distribution of a row's numbers, in the units of the start.
   *
   * @param within what the network sees, where it has learned
   * @param all the same beyond that, of which the location goes on as a line
   */
  private Distribution row(Ppl p, NDArray within, NDArray all, int size) {
    int inputs = Math.toIntExact(all.getShape().get(all.getShape().dimension() - 1));
    boolean isDependent = size > 1 && size <= DEPENDENT;
    int outputs = size + (isDependent ? size * (size + 1) / 2 : size);
    NDArray bent = within.abs().add(1).log().mul(within.sign());
    NDArray output =
        p.module(parameter("network"), recipe.network.network(inputs, outputs)).apply(bent);
    NDArray line =
        p.module(parameter("linear"), LINEAR.network(inputs, size)).apply(Reading.bounded(all));
    NDArray loc = Tensors.range(output, -1, 0, size).add(line);
    NDArray rest = Tensors.range(output, -1, size, outputs);
    NDArray scale = isDependent ? LOWER.forward(rest).value() : rest.exp();
    ConditionalTransformModule flow = flow(size, inputs);
    if (flow == null) {
      return isDependent ? MultivariateNormal.of(loc, scale) : Normal.of(loc, scale).toEvent(1);
    }
    Transform moved =
        isDependent
            ? Bijections.lowerCholeskyAffine(loc, scale)
            : Bijections.affine(loc, scale).independent(1);
    return TransformedDistribution.of(
        Normal.standard(size).toEvent(1),
        p.module(parameter("flow"), flow).given(bent).then(moved));
  }

  /** Described once, not in each execution. */
  private @Nullable ConditionalTransformModule flow(int size, int inputs) {
    BiFunction<Integer, Integer, ConditionalTransformModule> make = recipe.flow;
    return make == null
        ? null
        : flows.computeIfAbsent(new Shape(size, inputs), key -> make.apply(size, inputs));
  }

  private Distribution placed(Ppl p, Distribution row, int size) {
    Placement start = start();
    return start.isIn(p.params())
        ? TransformedDistribution.of(row, start.transform(p.run(), p.params(), size, false))
        : row;
  }

  private Placement start() {
    return new Placement(parameter("start"));
  }

  // --- made from a model

  @Override
  Set<String> told() {
    return Sets.union(super.told(), ImmutableSet.of(recipe.plate));
  }

  /** Rows of the plate may be others. */
  @Override
  boolean isSame(LatentSite was, LatentSite is) {
    return isRead(was) && isRead(is)
        ? was.name().equals(is.name()) && was.event().equals(is.event())
        : was.sameAs(is);
  }

  @Override
  boolean wantsStart(ParamStore params) {
    return settings().isToldNoStart()
        && !start().isIn(params)
        && params.names().stream().noneMatch(name -> name.startsWith(parameter("linear.")));
  }

  @Override
  boolean startsRows() {
    return true;
  }

  /** What data hold of the rows of a plate are all that there are. */
  @Override
  Program<D> modelOfStart() {
    return model()
        .with(
            p ->
                new Handler.Frame() {
                  @Override
                  protected PlateSpec opening(PlateSpec spec) {
                    if (!spec.isGiven()) {
                      return spec;
                    }
                    PlateSpec held = PlateSpec.of(spec.name(), spec.batch());
                    return spec.dim() == 0 ? held : held.dim(spec.dim());
                  }
                });
  }

  /** The rows are drawn given what is not in the plate, which starts whatever they are. */
  @Override
  void begin(ParamStore params, RunConfig config, DefaultStart start) {
    Predicate<SampleSite> own = settings().sites();
    NormalApproximation normal = start.normal();
    int[] given = start.places(own.and(site -> site.plates().isEmpty()));
    int[] others = start.globalPlaces(own.and(site -> !recipe.reads(site)));
    if (others.length > 0 && global.wantsStart(params)) {
      if (global instanceof JointGuide<D, ?> joint) {
        joint.place(params, config, normal.marginal(others));
      } else {
        global.begin(params, config, start);
      }
    }
    try (Run run = Run.open(config, 0)) {
      if (given.length > 0) {
        NormalApproximation around = normal.marginal(given);
        double[] factors =
            Arrays.stream(around.variances()).map(variance -> 1 / Math.sqrt(variance)).toArray();
        Standard.keep(run, params, new Placement(parameter("given")), around.location(), factors);
      }
      int[] read = start.places(own.and(recipe::reads));
      put(run, params, start(), start.space(own.and(recipe::reads)), normal, read);
    }
  }

  /** Where a row is on the whole, and how far rows and their values are apart. */
  private static void put(
      Run run,
      ParamStore params,
      Placement units,
      LatentSpace space,
      NormalApproximation normal,
      int[] places) {
    int size = space.sites().stream().mapToInt(LatentSite::eventSize).sum();
    double[] means = new double[size];
    double[] squares = new double[size];
    double[] location = normal.location();
    double[] variances = normal.variances();
    for (int pass = 0; pass < 2; pass++) {
      int at = 0;
      int column = 0;
      for (LatentSite site : space.sites()) {
        int events = site.eventSize();
        double rows = site.batch().size();
        for (int i = 0; i < site.size(); i++, at++) {
          int of = column + i % events;
          if (pass == 0) {
            means[of] += location[places[at]] / rows;
          } else {
            double apart = location[places[at]] - means[of];
            squares[of] += (apart * apart + variances[places[at]]) / rows;
          }
        }
        column += events;
      }
    }
    Shape shape = new Shape(size);
    double[] deviations = Arrays.stream(squares).map(Math::sqrt).toArray();
    units.put(run, params, Placement.DEVIATIONS, shape, deviations);
    units.put(run, params, Placement.LOCATION, shape, means);
  }

  // --- what it has learned

  /**
   * None, since those of rows depend on the data that are read.
   *
   * @throws UnsupportedOperationException always; ask {@link #global()}, or draws
   */
  @Override
  public Map<String, double[]> median(ParamStore params) {
    throw new UnsupportedOperationException(
        "guide 'AutoAmortised' reads the rows of plate '%s' from data, on which its medians depend; take quantiles of svi.posterior(data, draws), or global().median(params)"
            .formatted(recipe.plate));
  }
}
