/** What a guest does with the directory it was granted. Paths are relative to that. Each throws what `Face.codeOf` knows. */
export interface Guest {
  read(path: string): string;
  /** Opens a file for writing, makes it if it is not there, cuts it if it is. */
  write(path: string, text: string): void;
  rename(from: string, to: string): void;
  link(from: string, to: string): void;
  symlink(target: string, path: string): void;
  createDirectory(path: string): void;
  unlink(path: string): void;
  /** The paths of the directories it finds. */
  directories(): readonly string[];
}
