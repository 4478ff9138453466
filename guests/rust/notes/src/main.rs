//! Notes in a folder, one file each: `notes COMMAND ...`. The folder is `$NOTES`, or `/data/notes`. An ordinary program that
//! uses what Rust's library has for files, variables, time and streams.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use std::{env, process, thread};

const USAGE: &str = "usage: notes add NAME TEXT... | append NAME TEXT... | show NAME... | list | remove NAME... | clear
       rename FROM TO | copy FROM TO | link FROM TO | search TEXT | words | import | head NAME BYTES | cut NAME BYTES
       where | environment | clock | exit CODE | panic";

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        eprintln!("{USAGE}");
        process::exit(2);
    };
    let notes = Notes::open(env::var_os("NOTES").map_or_else(|| PathBuf::from("/data/notes"), PathBuf::from));
    match notes.run(command, rest) {
        Ok(true) => {}
        Ok(false) => {
            eprintln!("{USAGE}");
            process::exit(2);
        }
        Err(error) => {
            eprintln!("notes: {command}: {:?}", error.kind());
            process::exit(1);
        }
    }
}

struct Notes {
    folder: PathBuf,
}

impl Notes {
    fn open(folder: PathBuf) -> Self {
        Notes { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.txt"))
    }

    /// `false` where there is no such command, or not with so many arguments.
    fn run(&self, command: &str, args: &[String]) -> io::Result<bool> {
        match (command, args) {
            ("add", [name, text @ ..]) if !text.is_empty() => self.add(name, &text.join(" "))?,
            ("append", [name, text @ ..]) if !text.is_empty() => {
                let mut file = OpenOptions::new().append(true).open(self.path(name))?;
                writeln!(file, "{}", text.join(" "))?;
                println!("{} bytes", file.metadata()?.len());
            }
            ("show", names) if !names.is_empty() => {
                for name in names {
                    print!("{}", fs::read_to_string(self.path(name))?);
                }
            }
            ("list", []) => {
                for (name, path) in self.all()? {
                    let metadata = fs::symlink_metadata(&path)?;
                    let kind = if metadata.is_symlink() { "link" } else { "note" };
                    println!("{name}\t{kind}\t{}", metadata.len());
                }
            }
            ("remove", names) if !names.is_empty() => {
                for name in names {
                    fs::remove_file(self.path(name))?;
                }
            }
            ("clear", []) => fs::remove_dir_all(&self.folder)?,
            ("rename", [from, to]) => fs::rename(self.path(from), self.path(to))?,
            ("copy", [from, to]) => println!("{} bytes", fs::copy(self.path(from), self.path(to))?),
            ("link", [from, to]) => fs::hard_link(self.path(from), self.path(to))?,
            ("search", [text]) => self.search(text)?,
            ("words", []) => self.words()?,
            ("import", []) => self.import()?,
            ("head", [name, count]) => {
                let mut start = Vec::new();
                File::open(self.path(name))?.take(number(count)?).read_to_end(&mut start)?;
                println!("{}", String::from_utf8_lossy(&start));
            }
            ("cut", [name, count]) => self.cut(name, number(count)?)?,
            ("where", []) => {
                println!("{:?} {:?} {:?}", env::current_dir()?, self.folder, self.folder.try_exists()?);
                println!("{:?}", fs::canonicalize(&self.folder).map_err(|error| error.kind()));
            }
            ("environment", []) => {
                let mut variables: Vec<_> = env::vars().collect();
                variables.sort();
                println!("{variables:?}");
            }
            ("clock", []) => {
                let before = Instant::now();
                thread::sleep(Duration::from_millis(2));
                let today = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(io::Error::other)?;
                println!("{} {}", before.elapsed() >= Duration::from_millis(2), today.as_secs() > 1_700_000_000);
            }
            ("exit", [code]) => process::exit(number(code)? as i32),
            ("panic", []) => panic!("as asked"),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Written aside, then renamed: whoever reads meanwhile sees the old note or the new one.
    fn add(&self, name: &str, text: &str) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let aside = self.folder.join(format!(".{name}.new"));
        let mut file = OpenOptions::new().write(true).create_new(true).open(&aside)?;
        writeln!(file, "{text}")?;
        file.sync_all()?;
        drop(file);
        fs::rename(&aside, self.path(name))
    }

    /// All notes by name.
    fn all(&self) -> io::Result<Vec<(String, PathBuf)>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "txt")
                && let Some(name) = path.file_stem()
            {
                found.push((name.to_string_lossy().into_owned(), path.clone()));
            }
        }
        found.sort();
        Ok(found)
    }

    fn search(&self, text: &str) -> io::Result<()> {
        for (name, path) in self.all()? {
            for (index, line) in io::BufReader::new(File::open(path)?).lines().enumerate() {
                let line = line?;
                if line.contains(text) {
                    println!("{name}:{}: {line}", index + 1);
                }
            }
        }
        Ok(())
    }

    /// The words that are used most. The map's order is random, the answer's is not.
    fn words(&self) -> io::Result<()> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (_, path) in self.all()? {
            for word in fs::read_to_string(path)?.split_whitespace() {
                *counts.entry(word.to_lowercase()).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by(|(a, x), (b, y)| y.cmp(x).then(a.cmp(b)));
        for (word, count) in counts.iter().take(5) {
            println!("{count}\t{word}");
        }
        Ok(())
    }

    /// Standard input, each line a name, a tab and a text.
    fn import(&self) -> io::Result<()> {
        let mut count = 0;
        for line in io::stdin().lock().lines() {
            let line = line?;
            match line.split_once('\t') {
                Some((name, text)) if Path::new(name).components().count() == 1 => self.add(name, text)?,
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
            count += 1;
        }
        println!("{count} notes");
        Ok(())
    }

    /// Shortens a note, and says what is left of it.
    fn cut(&self, name: &str, length: u64) -> io::Result<()> {
        let mut file = OpenOptions::new().read(true).write(true).open(self.path(name))?;
        file.set_len(length)?;
        file.seek(SeekFrom::End(-3))?;
        let mut end = String::new();
        file.read_to_string(&mut end)?;
        println!("{end:?} at {}", file.stream_position()?);
        Ok(())
    }
}

fn number(text: &str) -> io::Result<u64> {
    text.parse().map_err(|_| io::ErrorKind::InvalidInput.into())
}
