package org.ppl4j;

/**
 * What travels through the handlers of an execution: a {@link SampleSite} or a {@link ParamSite}.
 */
public abstract sealed class Site permits SampleSite, ParamSite {

  private String name;
  private boolean hidden;

  Site(String name) {
    this.name = name;
  }

  /** The name, unique in its execution. */
  public final String name() {
    return name;
  }

  /**
   * Gives the site another name; for handlers.
   *
   * @throws IllegalStateException if the site is settled
   */
  public final void rename(String name) {
    checkOpen();
    this.name = name;
  }

  /**
   * Hides the site from the handlers further out; for handlers.
   *
   * @throws IllegalStateException if the site is settled
   */
  public final void hide() {
    checkOpen();
    this.hidden = true;
  }

  final boolean isHidden() {
    return hidden;
  }

  /** Throws if the site is settled. */
  abstract void checkOpen();

  abstract void enter(Handler.Frame frame);

  abstract void leave(Handler.Frame frame);

  abstract void settle(Ppl p);
}
