// SPDX-License-Identifier: Apache-2.0 OR BSD-3-Clause
//! One line of a recording, its types checked.

use serde_json::Value;

use crate::delivery::{read_list, Delivery, CLASSES};
use crate::json::{self, bytes_of, is_true, KnownByte, Number, Outcome};

const SCHEMA: &str = "s390irq-oracle-1";
const MAX_CPUS: u64 = 64;
const MAX_AREA: usize = 0x4000;

pub const VERDICTS: [&str; 4] = ["agree", "deviation", "choice", "unchecked"];

/// A CPU as it was at step 0.
pub struct SetupCpu {
    pub prefix: u32,
    pub clock_comparator: u64,
    pub cpu_timer: u64,
    pub control: [u64; 16],
}

pub struct Step {
    pub number: u64,
    pub cpu: u64,
    pub operation: String,
    /// It has the results that are expected, the recorded ones otherwise.
    pub object: Value,
}

/// Storage that is looked at after the run.
pub struct Area {
    pub name: String,
    pub absolute: u64,
    pub bytes: Vec<KnownByte>,
}

pub struct Scenario {
    pub id: String,
    pub note: Option<String>,
    /// An index of `VERDICTS`.
    pub verdict: usize,
    pub cpu_only: bool,
    pub unchecked: bool,
    /// By address; those that are not listed do nothing.
    pub cpus: Vec<Option<SetupCpu>>,
    pub new_psw_mask: u64,
    /// Addresses of the new PSWs, by class.
    pub handlers: [u64; 6],
    pub steps: Vec<Step>,
    /// One of these is expected.
    pub choices: Vec<Vec<Delivery>>,
    pub one_of: bool,
    /// Numbers of deliveries that may change places.
    pub any_order: Vec<u64>,
    pub areas: Vec<Area>,
}

impl Scenario {
    pub fn read(line: &str) -> Outcome<Self> {
        let root: Value = serde_json::from_str(line)
            .map_err(|error| format!("not JSON: {error}"))?;
        if !root.is_object() {
            return Err("not an object".into());
        }
        let schema = json::text(&root, "schema")?;
        let id = json::text(&root, "id")?.to_string();
        if schema != SCHEMA {
            return Err(format!("schema \"{schema}\" is not known"));
        }
        let empty = Value::Object(Default::default());
        let expect = root.get("expect").unwrap_or(&empty);
        if !expect.is_object() {
            return Err("\"expect\" is no object".into());
        }
        let verdict = json::text(&root, "pop")?;
        let mut scenario = Self {
            id,
            note: root.get("note").and_then(Value::as_str).map(Into::into),
            verdict: VERDICTS
                .iter()
                .position(|name| *name == verdict)
                .ok_or(format!("no verdict \"{verdict}\""))?,
            cpu_only: is_true(expect, "cpu_only"),
            unchecked: is_true(expect, "unchecked"),
            cpus: Vec::new(),
            new_psw_mask: 0,
            handlers: CLASSES.each_ref().map(|row| row.handler),
            steps: Vec::new(),
            choices: Vec::new(),
            one_of: false,
            any_order: numbers(expect.get("any_order")),
            areas: Vec::new(),
        };
        scenario.read_setup(&root)?;
        scenario.read_steps(&root)?;
        scenario.read_expectation(&root, expect)?;
        scenario.read_areas(&root)?;
        scenario.check_cpus()?;
        scenario.find_handlers();
        Ok(scenario)
    }

    /// The machine has more CPUs than those that do something.
    fn read_setup(&mut self, root: &Value) -> Outcome {
        let setup = root
            .get("setup")
            .filter(|value| value.is_object())
            .ok_or("member \"setup\" is missing")?;
        self.new_psw_mask = json::number(setup, "new_psw_mask")?.value;
        let listed = json::array(setup, "cpus")?;
        let mut count = 1;
        if let Some(source) = root.get("source") {
            if source.get("smp").is_some() {
                count = json::value(source, "smp", MAX_CPUS)?;
            }
        }
        for cpu in listed {
            let address = json::value(cpu, "addr", MAX_CPUS - 1)?;
            count = count.max(address + 1);
        }
        self.cpus.resize_with(count.max(1) as usize, || None);
        for cpu in listed {
            let address = json::value(cpu, "addr", MAX_CPUS - 1)?;
            self.cpus[address as usize] = Some(read_cpu(cpu)?);
        }
        if self.cpus[0].is_none() {
            return Err("the setup has no CPU 0".into());
        }
        Ok(())
    }

    fn read_steps(&mut self, root: &Value) -> Outcome {
        for (at, item) in json::array(root, "steps")?.iter().enumerate() {
            let step = read_step(item.clone());
            self.steps.push(step.map_err(|why| format!("step {at}: {why}"))?);
        }
        Ok(())
    }

    /// Expected results take the place of recorded ones.
    fn expect_steps(&mut self, expect: &Value) -> Outcome {
        let expected = expect.get("steps").and_then(Value::as_array);
        for item in expected.into_iter().flatten() {
            let number = json::value(item, "n", u32::MAX.into())?;
            let step = self
                .steps
                .iter_mut()
                .find(|step| step.number == number)
                .ok_or("results for a step that is not there")?;
            let (Some(to), Some(from)) =
                (step.object.as_object_mut(), item.as_object())
            else {
                return Err("results that are no object".into());
            };
            to.extend(from.iter().map(|(k, v)| (k.clone(), v.clone())));
            *step = read_step(step.object.take())?;
        }
        Ok(())
    }

    fn read_expectation(&mut self, root: &Value, expect: &Value) -> Outcome {
        const KNOWN: [&str; 6] = [
            "deliveries",
            "any_order",
            "one_of",
            "steps",
            "cpu_only",
            "unchecked",
        ];
        for name in expect.as_object().into_iter().flat_map(|o| o.keys()) {
            if !KNOWN.contains(&name.as_str()) {
                return Err(format!("no expectation \"{name}\""));
            }
        }
        self.expect_steps(expect)?;
        if let Some(one_of) = expect.get("one_of") {
            let lists = one_of.as_array().ok_or("\"one_of\" is no list")?;
            self.one_of = true;
            for list in lists {
                self.choices.push(read_list(Some(list))?);
            }
            return Ok(());
        }
        let list = expect.get("deliveries").or(root.get("deliveries"));
        self.choices.push(read_list(list)?);
        Ok(())
    }

    fn read_areas(&mut self, root: &Value) -> Outcome {
        let Some(memory) = root.get("memory") else { return Ok(()) };
        let memory = memory.as_object().ok_or("\"memory\" is no object")?;
        for (name, area) in memory {
            let hex = json::text(area, "hex")?;
            self.areas.push(Area {
                name: name.clone(),
                absolute: json::value(area, "abs", u32::MAX.into())?,
                bytes: bytes_of(hex, MAX_AREA)
                    .ok_or(format!("area {name} has no such bytes"))?,
            });
        }
        Ok(())
    }

    fn deliveries(&self) -> impl Iterator<Item = &Delivery> {
        self.choices.iter().flatten()
    }

    fn check_cpus(&self) -> Outcome {
        match self.deliveries().find(|d| d.cpu >= self.cpus.len()) {
            Some(delivery) => {
                Err(format!("a delivery on CPU {}", delivery.cpu))
            }
            None => Ok(()),
        }
    }

    /// Where the recorded guest has its handlers, as far as it shows.
    fn find_handlers(&mut self) {
        for delivery in self.choices.iter().flatten() {
            self.handlers[delivery.class as usize] = delivery.new_address.value;
        }
    }
}

fn numbers(list: Option<&Value>) -> Vec<u64> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_u64).collect()
}

fn read_cpu(object: &Value) -> Outcome<SetupCpu> {
    // Unknown digits of a start value are ones: a timer far from its end.
    let start = |name: &str| -> Outcome<u64> {
        let number = json::number(object, name)?;
        Ok(number.value | !number.care)
    };
    let listed = json::array(object, "crs")?;
    let mut control = [0; 16];
    for (at, register) in control.iter_mut().enumerate() {
        *register = Number::of(listed.get(at))
            .ok_or(format!("control register {at}"))?
            .value;
    }
    Ok(SetupCpu {
        prefix: json::value(object, "prefix", u32::MAX.into())? as u32,
        clock_comparator: start("ckc")?,
        cpu_timer: start("cpu_timer")?,
        control,
    })
}

fn read_step(object: Value) -> Outcome<Step> {
    Ok(Step {
        number: json::value(&object, "n", u32::MAX.into())?,
        cpu: json::value(&object, "cpu", u16::MAX.into())?,
        operation: json::text(&object, "op")?.into(),
        object,
    })
}
