#[allow(dead_code)]
mod ACR {
    use std::any::Any;
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::unix::io::FromRawFd;
    use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
    use std::sync::Mutex;

    static SAID: Mutex<String> = Mutex::new(String::new());

    pub struct Report {
        file: File,
        nonce: String,
    }

    pub trait Outcome {
        fn problem(self) -> Option<String>;
    }
    impl Outcome for () {
        fn problem(self) -> Option<String> {
            None
        }
    }
    impl<T, E: std::fmt::Debug> Outcome for Result<T, E> {
        fn problem(self) -> Option<String> {
            self.err().map(|error| format!("it returned Err({:?})", error))
        }
    }

    fn quoted(text: &str) -> String {
        let mut out = String::from("\"");
        for c in text.chars().take(3000) {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                c if (c as u32) < 32 => out.push_str(&format!("\\u{:04x}", c as u32)),
                c => out.push(c),
            }
        }
        out.push('"');
        out
    }

    impl Report {
        pub fn start() -> Report {
            let mut line = Vec::new();
            for byte in std::io::stdin().lock().bytes() {
                match byte {
                    Ok(b'\n') | Err(_) => break,
                    Ok(b) => line.push(b),
                }
            }
            let line = String::from_utf8_lossy(&line).to_string();
            let mut parts = line.split_whitespace();
            let nonce = parts.next().unwrap_or("").to_string();
            let number: i32 = parts.next().and_then(|n| n.parse().ok()).unwrap_or(-1);
            set_hook(Box::new(|info| {
                let place = info.location().map(|l| format!(" ({} line {})", l.file(), l.line())).unwrap_or_default();
                let text = words(info.payload());
                *SAID.lock().unwrap_or_else(|e| e.into_inner()) = text + &place;
            }));
            Report { file: unsafe { File::from_raw_fd(number) }, nonce }
        }

        fn tell(&mut self, fields: String) {
            let _ = self.file.write_all(format!("{{\"nonce\":\"{}\",{}}}\n", self.nonce, fields).as_bytes());
        }

        pub fn test<R: Outcome>(&mut self, name: &str, panics: Option<&str>, skip: bool, body: fn() -> R) {
            if skip {
                return self.end(name, "skipped", "");
            }
            self.tell(format!("\"kind\":\"begin\",\"name\":{}", quoted(name)));
            let result = catch_unwind(AssertUnwindSafe(|| body().problem()));
            let said = SAID.lock().unwrap_or_else(|e| e.into_inner()).clone();
            match (result, panics) {
                (Ok(None), None) => self.end(name, "passed", ""),
                (Ok(Some(problem)), None) => self.end(name, "failed", &problem),
                (Ok(_), Some(_)) => self.end(name, "failed", "expected a panic, got none"),
                (Err(_), None) => self.end(name, "failed", &said),
                (Err(_), Some(wanted)) if said.contains(wanted) => self.end(name, "passed", ""),
                (Err(_), Some(wanted)) => {
                    self.end(name, "failed", &format!("expected a panic with {:?}, got {:?}", wanted, said))
                }
            }
        }

        fn end(&mut self, name: &str, outcome: &str, message: &str) {
            let (name, message) = (quoted(name), quoted(message));
            self.tell(format!(
                "\"kind\":\"test\",\"name\":{},\"outcome\":\"{}\",\"message\":{},\"environment\":null",
                name, outcome, message
            ));
        }

        pub fn done(&mut self) {
            self.tell("\"kind\":\"done\",\"replaced\":[],\"opaque\":0".to_string());
        }
    }

    fn words(payload: &(dyn Any + Send)) -> String {
        if let Some(text) = payload.downcast_ref::<&str>() {
            text.to_string()
        } else if let Some(text) = payload.downcast_ref::<String>() {
            text.clone()
        } else {
            "it panicked".to_string()
        }
    }
}
