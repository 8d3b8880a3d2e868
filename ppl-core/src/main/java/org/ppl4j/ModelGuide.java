package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.Tensors;

/** Whether a guide fits its model: the same latent sites, shapes, supports and plates, no data. */
public final class ModelGuide {

  private ModelGuide() {}

  /**
   * Checks the traces of a guide and of its model under the guide's values.
   *
   * @throws IllegalArgumentException naming the first site or plate in which they differ, with the
   *     tables of both
   */
  public static void check(Trace model, Trace guide) {
    for (SampleSite site : model.latents()) {
      SampleSite other = guide.find(site.name());
      checkArgument(
          other != null && other.isLatent(),
          "model site '%s' is latent, but the guide does not sample it; sample it in the guide,"
              + " observe it in the model, or hide it\n%s",
          site.name(),
          new Tables(model, guide));
      checkShapes(site, other, model, guide);
      SiteCheck.checkOrigin(site);
    }
    for (SampleSite site : guide.latents()) {
      SampleSite other = model.find(site.name());
      checkArgument(
          site.isAuxiliary() || (other != null && !other.isObserved()),
          "guide site '%s' %s; remove it from the guide, or draw it by p.auxiliary\n%s",
          site.name(),
          other == null ? "is not in the model" : "is observed in the model",
          new Tables(model, guide));
    }
    for (SampleSite site : guide.sites()) {
      checkArgument(
          !site.isObserved() || site.isMaskedOut(),
          "guide observes '%s', whose density would be taken off the bound; observe it in the model"
              + " only\n%s",
          site.name(),
          new Tables(model, guide));
    }
    for (Plate plate : guide.plates()) {
      for (Plate other : model.plates()) {
        checkArgument(
            !plate.name().equals(other.name())
                || (plate.size() == other.size() && plate.batch() == other.batch()),
            "plate '%s' has %s rows in the guide, but %s in the model; open both with the same"
                + " size\n%s",
            plate.name(),
            rows(plate),
            rows(other),
            new Tables(model, guide));
        if (plate.name().equals(other.name())) {
          checkRows(plate, other, model, guide);
        }
      }
    }
  }

  /** Rows that somebody chose are the same in both; reads them. */
  private static void checkRows(Plate plate, Plate other, Trace model, Trace guide) {
    boolean chosen = plate.spec().isIndexed() || other.spec().isIndexed();
    if (!chosen || plate.spec().isGiven() || other.spec().isGiven()) {
      return;
    }
    double[] given = Tensors.values(plate.indices());
    double[] wanted = Tensors.values(other.indices());
    int at = Arrays.mismatch(given, wanted);
    checkArgument(
        at < 0,
        "plate '%s' sees other rows in the guide than in the model: its row %s is %s there, but %s"
            + " in the model; open both with the same indices\n%s",
        plate.name(),
        at,
        at < 0 ? 0 : (long) given[at],
        at < 0 ? 0 : (long) wanted[at],
        new Tables(model, guide));
  }

  private static void checkShapes(SampleSite site, SampleSite other, Trace model, Trace guide) {
    Shape wanted = site.distribution().eventShape();
    Shape given = other.distribution().eventShape();
    Shape wantedBatch = site.distribution().batchShape();
    Shape givenBatch = other.distribution().batchShape();
    checkArgument(
        wanted.equals(given) && wantedBatch.equals(givenBatch),
        "guide site '%s' has batch shape %s and event shape %s, but the model has %s and %s; open"
            + " the same plates and declare the same event dims in both\n%s",
        site.name(),
        givenBatch,
        given,
        wantedBatch,
        wanted,
        new Tables(model, guide));
  }

  private static String rows(Plate plate) {
    return plate.batch() == plate.size()
        ? Long.toString(plate.size())
        : plate.batch() + " of " + plate.size();
  }

  /** The tables of both, which are written where an error needs them. */
  private record Tables(Trace model, Trace guide) {

    @Override
    public String toString() {
      return "model:\n" + model.table() + "\nguide:\n" + guide.table();
    }
  }
}
